## Administration
admin-title = Administration
admin-words = { $done } of { $all } points of the checklist are done.
admin-checklist = Checklist
admin-where = Where to go
admin-people = People and rights
admin-types-words = Types of records with their fields and states; own fields are added here.
setup-done = Done
setup-missing = Missing
setup-advice = Advice
setup-open = Open
setup-administrators = { $count ->
    [0] Nobody who can sign in administers the desk
    [one] One person who can sign in administers the desk
   *[other] { $count } people who can sign in administer the desk
}
setup-administrators-help = With two of them one can be away, and one can let the other in again.
setup-people = { $count ->
    [one] One active person
   *[other] { $count } active people
}
setup-people-help = Whoever asks for something or works on it needs a record of their own.
setup-teams = { $count ->
    [0] No team
    [one] One team
   *[other] { $count } teams
}
setup-teams-help = Work is handed to teams; without one it lies nowhere.
setup-workers = { $count ->
    [0] Nobody who can sign in may work on records
    [one] One person who can sign in may work on records
   *[other] { $count } people who can sign in may work on records
}
setup-workers-help = Give a role such as agent to those who do the work.
setup-type = { $what }: { $count }
setup-type-help = Work refers to them; without any, nothing can be sorted or found by them.
setup-routing = { $what } always come to a team
setup-routing-help = What names no service or category is in nobody’s queue until a route without conditions, the last one, takes it.
setup-https = People come over https
setup-https-local = Only this computer can reach it; people elsewhere need https
setup-https-help = Set public_url to an https address; passwords and sessions are readable on the way otherwise.
setup-mail-out = Mails are sent
setup-mail-out-help = Set mail_host in the configuration of the server; until then nobody is told anything outside these pages.
setup-mail-in = A mailbox is read
setup-mail-in-help = Set mail_in_host in the configuration of the server, so that mails open records and answer them.
setup-dead-jobs = { $count ->
    [0] No job is dead
    [one] One job is dead
   *[other] { $count } jobs are dead
}
setup-dead-jobs-help = A dead job failed too often; what it should do has not happened.
setup-verified = The history was checked within a month
setup-verified-help = Run deskwright verify, or POST /api/v1/verify, and do it again from time to time.
admin-types = Types of records
admin-type = Type
admin-name = Name
admin-fields = Fields
admin-states = States
admin-state = State
admin-steps = Steps from here
admin-records = Records
admin-open = Open the list
admin-own = own
admin-field = Field
admin-kind = Kind
admin-choices = Choices
admin-default = Value of new records
admin-default-help = As somebody would type it; of a choice the code.
admin-field-help = A sentence under the field
admin-choices-help = One on each line: code, colon, what people read.
admin-required = required
admin-unique = unique
admin-required-long = Every record must have a value
admin-unique-long = No two records may have the same value
admin-indexed-long = Lists often filter by it
admin-internal-long = Only people who work on the records see it
admin-add = Add a field
admin-add-do = Add the field
admin-field-label = What people read
admin-name-help = For filters and programs: small letters, digits and _.
admin-target = Leads to
admin-target-help = Only for references.
kind-text = Text
kind-long-text = Long text
kind-integer = Whole number
kind-decimal = Decimal number
kind-money = Money
kind-boolean = Yes or no
kind-date = Day
kind-instant = Instant
kind-duration = Length of time
kind-choice = One choice
kind-multi-choice = Several choices
kind-reference = Another record
kind-reference-list = Several other records
kind-email = E-mail address
kind-url = Web address
kind-json = JSON

# Administration: settings
admin-settings = Settings
admin-settings-words = Each change shows first what it does, is kept with who made it, and can be put back.
admin-setting = Setting
admin-origin = In force
# Administration: accounts, links, rights, jobs
admin-accounts = People and accounts
admin-accounts-words = { $count ->
    [one] One person
   *[other] { $count } people
}
admin-machine = Machinery
set-password-title = Set your password
set-password-words = You sign in as { $login }.
set-password-do = Set the password and go in
action-all = Everything
action-all-steps = Every step
action-read = Read
action-create = Create
action-update = Change
action-assign = Hand over
action-comment = Comment
action-read-notes = Read private notes
action-merge = Merge
action-note-write = Write private notes
action-attach = Attach files
action-follow = Follow
action-link = Link
action-export = Export
action-bulk = Change many at once
action-history = See the history
action-approve = Approve
action-delete = Delete and restore
action-import-history = Import with historic time
admin-explain = Rights explained
admin-jobs = Jobs
admin-jobs-words = What works in the background. A dead job failed too often; what it should do has not happened.
admin-jobs-none = There is none.
admin-mails = Mails that came in
admin-mails-words = Parked mails wait for a decision; they and all others are kept until somebody discards them. What is to be taken has its turn when the mailbox is looked into next.
admin-mails-none = There is none.
kind-phase-new = New
kind-phase-active = In work
kind-phase-on-hold = On hold
kind-phase-resolved = Resolved
kind-phase-closed = Closed
kind-phase-cancelled = Cancelled
forgot-title = Forgot your password?
forgot-words = You get a mail with a link that sets a new one.
forgot-do = Send the link
forgot-sent = If there is an account with this login, a mail with a link is on its way to its address. It can be used for a day.
forgot-no-mail = No mails are sent from here. Ask an administrator for a link.
forgot-back = Back to signing in
