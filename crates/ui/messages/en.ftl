# Every word the product says, in English.
# Say who does what; sentence case; verbs on buttons; no "please", no "successfully", no "!".

## The shell around every page

shell-skip = Skip to content
shell-home = { $product } home
shell-areas = Areas
shell-navigation = Navigation
shell-open-navigation = Open navigation
shell-you-are-in = You are in
shell-main = Main
shell-search-everywhere = Search everywhere
shell-search = Search records, people and articles
shell-notifications = Notifications
shell-notifications-unread = { $count ->
    [one] Notifications, { $count } unread
   *[other] Notifications, { $count } unread
}
shell-theme = Switch between light and dark
shell-account-of = { $name }, your account
shell-account = Your account
shell-sign-out = Sign out
shell-sign-in = Sign in
shell-dismiss = Dismiss
shell-close = Close
shell-all-keys = all keys

## The places at the foot of a phone

place-queue = Queue
place-search = Search
place-new = New
place-notifications = Notices
place-me = Me

## Lists

list-selected = { $count } selected

## The sheet of keys

keys-title = Keys
keys-everywhere = Everywhere
keys-list = Lists
keys-record = Records
keys-filter = search or filter
keys-create = create
keys-go-home = go home
keys-show = show this sheet
keys-back = one step back
keys-move = move down, up
keys-open = open
keys-select = select
keys-reply = reply
keys-note = private note
keys-resolve = resolve
keys-send = send

## Values that do not fit
expected-boolean = Enter yes or no.
expected-choice = Enter the code of a choice: at most 100 characters, without commas, bars or line ends.
expected-choices = Enter a list of codes.
expected-date = Enter a day as 2026-03-01.
expected-decimal = Enter a number with at most { $scale } digits after the point.
expected-duration = Enter a length of time as 1h 30m or PT1H30M.
expected-email = Enter an e-mail address such as ann@example.com.
expected-instant = Enter an instant as 2026-03-01T09:30:00Z.
expected-integer = Enter a whole number.
expected-json = Enter valid JSON.
expected-money = Enter an amount and a currency, such as 12.50 EUR.
expected-reference = Enter the id of a record.
number-out-of-range = Enter a number from -{ $most } to { $most }.
expected-references = Enter a list of ids of records.
expected-text = Enter text.
expected-url = Enter a web address that begins with https:// or http://.
json-too-deep = Nest the JSON at most { $most } levels deep.
text-has-line-ends = Enter one line, without line ends.
text-has-nul = Remove the character U+0000 from the text.
time-out-of-range = Enter a time in the years 1 to { $last }.
text-too-long = Shorten the text to at most { $most } characters.
too-many-members = Enter at most { $most } values.

## What the door refuses
busy-try-again = The server is busy. Try again in a moment.
change-names-no-record = Name the record that is to be changed.
conflict-version = Somebody changed this record meanwhile; it is now at version { $version }. Read it again, then repeat your change.
definition-refused = This definition does not fit: { $because }.
definition-state-is-no-choice = States belong to the setting dictionary.states, since each needs a phase.
definition-unknown-name = There is no { $name }.
definition-unknown-kind = { $kind } is no kind of field. Use text, long_text, integer, decimal, money, boolean, date, instant, duration, choice, multi_choice, reference, reference_list, email, url or json.
default-no-choice = The default { $code } is none of the choices.
definition-unknown-phase = { $phase } is no phase. Use new, active, on_hold, resolved, closed or cancelled.
forbidden-action = You may not do this ({ $action }) with this { $type }. Ask an administrator for the right.
forbidden-administration = Only administrators come here. Ask one of them.
forbidden-area = You may not administer { $area }. Ask an administrator for the right.
import-dry-run = Nothing was written: this was a dry run.
imported-choice = { $field }: the unknown code { $code } was kept as an inactive choice.
link-kind-of-rules = Links of the kind { $kind } are made by what is done with a record, not by hand.
link-kind-unknown = There is no kind of link { $kind }. Use one of: { $offered }.
link-to-itself = A record cannot be linked to itself. Choose another one.
minutes-out-of-range = Enter between 0 and { $most } minutes.
query-too-slow = This takes longer than a request may. Narrow the filter.
reactions-too-deep = This change would set off too many others in a row, perhaps in a ring. Nothing was changed.
record-unknown = There is no such { $type }, or you may not see it.
reference-unknown = There is no record { $id } that may be chosen here.
refused-choice = { $code } is not a choice here. Choose one of: { $offered }.
refused-choice-here = { $code } does not fit the value of { $field }.
refused-comment = People do not comment on records of the type { $type }.
refused-kind = This field holds a value of the kind { $kind }.
refused-not-unique = Another record has this value already. Choose a different one.
refused-read-only = This field cannot be changed here.
refused-required = Enter a value.
refused-unknown-field = There is no field { $field } that you may write here.
rule-wrong-kind = A rule read the field { $field } as the wrong kind.
setting-of-tenant = The setting { $key } belongs to the whole tenant. Leave the organisation out.
setting-unknown = There is no setting { $key }.
grid-step-missing = { $key } says nothing for step { $code } of { $field }. Add the step, or take the choice out of use first.
grid-step-unknown = { $field } has no choice { $code }. Add it to the choices of { $field } first, then its pairs to { $key }.
setting-unreadable = The value does not fit the setting { $key }: { $error }.
transition-not-from-here = { $transition } is not possible in the state { $state }.
transition-unknown = There is no transition { $transition }.
transition-unknown-of = { $type } has no step { $transition }. Its steps are: { $known }.
type-unknown = There is no record type { $type }.
unit-too-large = At most { $most } changes may be made at once. Split the work.

why-default = New records begin so.
why-open-of-state = The state says so.
why-transition = The step “{ $transition }” leads there.

## Fields that every record has
field-access = Access
field-assignee = Assignee
field-created-at = Created
field-due-at = Due
field-number = Number
field-open = Open
field-opened-at = Opened
field-organisation = Organisation
field-priority = Priority
field-requester = Requester
field-state = State
field-team = Team
field-title = Title
field-updated-at = Updated
field-version = Version
section-details = Details

## Incident
incident = Incident
incident-plural = Incidents
incident-affected = Affected person
incident-answered = Answered
incident-assignee-change-count = Changes of assignee
incident-caller = Caller
incident-can-work = Can you work?
incident-can-work-no = No
incident-can-work-partly = With difficulty
incident-can-work-yes = Yes
incident-category = Category
incident-channel = Channel
incident-channel-api = Program
incident-channel-chat = Chat
incident-channel-email = E-mail
incident-channel-monitoring = Monitoring
incident-channel-phone = Phone
incident-channel-portal = Portal
incident-channel-walk-up = Walk-up
incident-close-notes = Resolution notes
incident-closed-at = Closed
incident-closed-by = Closed by
incident-description = Description
incident-first-contact-resolution = Resolved at first contact
incident-first-resolved-at = First resolved
incident-first-responded-at = First response
incident-hold-reason = Hold reason
incident-hold-reason-change = Change
incident-hold-reason-problem = Problem
incident-hold-reason-requester = Caller
incident-hold-reason-scheduled = Scheduled
incident-hold-reason-vendor = Supplier
incident-hold-until = On hold until
incident-how-many-affected = How many are affected?
incident-how-many-affected-many = Many teams
incident-how-many-affected-my-team = My team
incident-how-many-affected-only-me = Only me
incident-impact = Impact
incident-impact-1 = High
incident-impact-2 = Medium
incident-impact-3 = Low
incident-location = Location
incident-major = Major incident
incident-major-accepted = Accepted
incident-major-demoted = Demoted
incident-major-none = No
incident-major-proposed = Proposed
incident-opened-by = Opened by
incident-override-by = Priority set by
incident-override-reason = Reason for the priority
incident-override-until = Priority set until
incident-parent = Parent incident
incident-priority-1 = 1 Critical
incident-priority-2 = 2 High
incident-priority-3 = 3 Moderate
incident-priority-4 = 4 Low
incident-priority-5 = 5 Planning
incident-priority-override = Set priority
incident-reassignment-count = Changes of team
incident-reopen-count = Reopenings
incident-resolution-code = Resolution code
incident-resolution-code-duplicate = Duplicate
incident-resolution-code-known-error = Known error
incident-resolution-code-resolved-by-caller = Resolved by caller
incident-resolution-code-resolved-by-change = Resolved by change
incident-resolution-code-resolved-by-problem = Resolved by problem
incident-resolution-code-solution-provided = Solution provided
incident-resolution-code-user-error = User error
incident-resolution-code-workaround-provided = Workaround provided
incident-resolved-at = Resolved
incident-resolved-by = Resolved by
incident-service = Service
incident-split-from = Split from
incident-state-cancelled = Cancelled
incident-state-closed = Closed
incident-state-in-progress = In progress
incident-state-new = New
incident-state-on-hold = On hold
incident-state-resolved = Resolved
incident-subcategory = Subcategory
incident-time-worked = Minutes worked
incident-transition-cancel = Cancel incident
incident-transition-close = Close
incident-continues = Goes on from
incident-converted-into = Turned into
incident-merged-into = Merged into
incident-transition-convert = Turn into a request
incident-transition-merge = Merge
incident-transition-unmerge = Undo the merge
incident-transition-hold = Put on hold
incident-transition-reopen = Reopen
incident-transition-reopen-closed = Reopen closed incident
incident-transition-resolve = Resolve
incident-transition-resume = Resume
incident-transition-start = Start
incident-urgency = Urgency
incident-urgency-1 = High
incident-urgency-2 = Medium
incident-urgency-3 = Low
incident-vendor-reference = Supplier's number
assignee-has-left = This person has left. Choose somebody who is here.
category-for-other-type = This category is for records of another type.
category-not-in-use = This category is no longer in use. Choose another one.
hold-needs-link = Link it first with what it waits for: { $kinds }.
hold-needs-comment = Tell the caller in a public comment what you need.
hold-needs-field = This hold reason needs a value here.
hold-needs-reason = Say what work waits for.
hold-needs-until = Say when work goes on.
ticket-has-open-tasks = { $count ->
    [one] One task is still open. Close it first.
   *[other] { $count } tasks are still open. Close them first.
}
major-needs-approver = Only somebody who may approve accepts or demotes a major incident.
major-step = This step is not possible from here: propose, accept, then demote.
must-not-lie-ahead = Choose an instant that does not lie ahead.
must-lie-ahead = Choose an instant that lies ahead.
merge-into-closed = That one is over. Merge into one that is still open, or reopen it first.
merge-into-gone = That one goes on elsewhere itself. Merge into the one where it goes on.
unmerge-not-merged = It was not merged into another one.
unmerge-from-gone = The one into which it was merged goes on elsewhere itself. Take that back first.
unmerge-from-closed = The one into which it was merged is over. Reopen that one first.
merge-into-itself = It cannot be merged into itself. Choose another one.
outside-the-matrix = The priority matrix has no such step.
override-needs-reason = Say why the priority differs from the matrix.
parent-has-children = This incident has children itself. Families have two generations.
parent-is-child = That incident is a child itself. Choose its parent.
priority-out-of-range = Choose a priority from 1 to 5.
reopen-too-late = It was resolved more than { $days } days ago. Report a new incident.
requester-has-left = This person has left. Choose somebody who is here.
service-is-retired = This service is retired. Choose another one.
subcategory-elsewhere = This subcategory belongs to another category.
tree-cycle = A record cannot stand above itself.
why-answered-at-once = It was logged during a call or a visit, which answers at once.
why-as-where-it-was = as where it was split off
why-affected-is-requester = Nobody else was named as affected.
why-unmerged = The merge was taken back.
why-answer-of-requester = The caller answered “{ $answer }”, which means that by the setting { $from ->
    [default] that comes with the desk
    [tenant] of the whole house
    [organisation] of { $whose }
   *[other] in force
}.
why-category-changed = The category changed.
why-category-of-subcategory = The subcategory belongs to this category.
why-channel = It came this way.
why-closed-by = Who closes it is noted.
why-closed-now = It was closed then.
why-first-contact = Who logged it resolved it, without a change of team.
why-first-resolved = It was resolved for the first time.
why-first-response = The first public word of somebody else than the caller.
why-handed-over = It was handed to another one.
why-hold-begins = Nobody has answered since it is on hold for this.
why-location-of-affected = The affected person is usually there.
why-mildest = Nobody has said yet, so the mildest step holds.
why-no-first-contact = Somebody else resolved it than who logged it, or it changed teams, or it was reopened.
why-no-override = No priority is set over the matrix.
why-no-priority = Impact and urgency say no priority.
why-not-on-hold = It is not on hold.
why-open-again = It is open again.
why-opened-by = Who typed it is noted.
why-organisation-of-requester = The caller belongs to this organisation.
why-organisation-of-service = The service belongs to this organisation.
why-override-by = Who sets a priority over the matrix is noted.
why-override-over = The time for which the priority was set is over.
why-priority-matrix = The matrix { $from ->
    [default] that comes with the desk
    [tenant] of the whole house
    [organisation] of { $whose }
   *[other] in force
} says so for impact { $impact } and urgency { $urgency }.
why-priority-override = P{ $priority }, set by { $who }; the matrix { $from ->
    [default] that comes with the desk
    [tenant] of the whole house
    [organisation] of { $whose }
   *[other] in force
} says { $matrix ->
    [none] nothing
   *[other] P{ $matrix }
}.
why-reopened = It was reopened.
why-reopened-alone = A reopened child goes its own way.
why-requester-is-actor = Who reports it asks.
why-requester-replied = The caller replied.
why-resolved-by = Who resolves it is noted.
why-resolved-now = It was resolved then.
why-routing-rule = Rule { $rule } of the routing { $from ->
    [default] that comes with the desk
    [tenant] of the whole house
    [organisation] of { $whose }
   *[other] in force
} fits.
why-team-changed = The team changed, so the assignee let go.
why-team-of-category = The category names this team.
why-team-of-service = The service is supported by this team.
why-time-worked = A comment reported { $minutes } { $minutes ->
    [one] minute
   *[other] minutes
} of work.
why-vip = A VIP is affected.

## Interaction
interaction = Interaction
interaction-plural = Interactions
interaction-caller = Number or name
interaction-channel = Channel
interaction-channel-chat = Chat
interaction-channel-email = E-mail
interaction-channel-other = Other
interaction-channel-phone = Phone
interaction-channel-walk-up = Walk-up
interaction-duration = Duration
interaction-ended-at = Ended
interaction-notes = Notes
interaction-outcome = Outcome
interaction-outcome-abandoned = Abandoned
interaction-outcome-added-to-ticket = Added to ticket
interaction-outcome-became-incident = New incident
interaction-outcome-became-request = New request
interaction-outcome-solved = Solved at once
interaction-person = Person
interaction-service = Service
interaction-started-at = Started
interaction-state-closed = Closed
interaction-state-open = Open
interaction-taken-by = Taken by
interaction-ticket = Ticket
interaction-transition-abandon = Abandoned
interaction-transition-add-to-ticket = Add to existing ticket
interaction-transition-open-incident = New incident
interaction-transition-open-request = New request
interaction-transition-reopen = Reopen
interaction-transition-solve = Solved now
interaction-help-caller = What the telephone showed, or the name that was given.
interaction-help-outcome = Empty while it goes on. An incident or request is made at once.
interaction-help-ticket = The number of the ticket to which it is added.
interaction-ends-before-it-begins = It cannot end before it began.
interaction-for-whom = Say who called: the ticket is for them.
interaction-no-ticket = Choose a ticket: something that people asked for and somebody works on.
interaction-other-type = This ticket is of another type than the outcome says.
interaction-solved-how = Say in the notes how it was solved.
interaction-ticket-is-over = This ticket was cancelled, merged or turned into another one. Choose the one that goes on.
interaction-which-ticket = Say which ticket.
why-access-of-ticket = Who may read it follows the ticket.
why-duration = From its beginning to its end.
why-ended-now = It was over then.
why-organisation-of-person = The person belongs to this organisation.
why-outcome-of-step = The step says the outcome.
why-taken-by = Who logged it took it.
why-taken-up-again = It was taken up again.
why-outcome-is-told = It has an outcome, so it is over.

## Request
request = Request
request-plural = Requests
request-affected = For whom
request-answered = Answered
request-assignee-change-count = Changes of assignee
request-category = Category
request-channel = Channel
request-channel-api = Program
request-channel-chat = Chat
request-channel-email = E-mail
request-channel-monitoring = Monitoring
request-channel-phone = Phone
request-channel-portal = Portal
request-channel-walk-up = Walk-up
request-close-notes = Fulfilment notes
request-closed-at = Closed
request-closed-by = Closed by
request-description = Description
request-first-contact-resolution = Fulfilled at first contact
request-first-resolved-at = First fulfilled
request-first-responded-at = First response
request-hold-reason = Hold reason
request-hold-reason-change = Change
request-hold-reason-requester = Requester
request-hold-reason-scheduled = Scheduled
request-hold-reason-vendor = Supplier
request-hold-until = On hold until
request-impact = Impact
request-impact-1 = High
request-impact-2 = Medium
request-impact-3 = Low
request-justification = Justification
request-location = Location
request-needed-by = Needed by
request-opened-by = Opened by
request-override-by = Priority set by
request-override-reason = Reason for the priority
request-override-until = Priority set until
request-priority-1 = 1 Critical
request-priority-2 = 2 High
request-priority-3 = 3 Moderate
request-priority-4 = 4 Low
request-priority-5 = 5 Planning
request-priority-override = Set priority
request-reassignment-count = Changes of team
request-reopen-count = Reopenings
request-resolution-code = Fulfilment code
request-resolution-code-fulfilled = Fulfilled
request-resolution-code-fulfilled-by-change = Fulfilled by change
request-resolution-code-fulfilled-by-requester = Fulfilled by requester
request-resolution-code-not-possible = Not possible
request-resolution-code-partly-fulfilled = Partly fulfilled
request-resolution-code-refused = Refused
request-resolved-at = Fulfilled
request-resolved-by = Fulfilled by
request-service = Service
request-split-from = Split from
request-state-cancelled = Cancelled
request-state-closed = Closed
request-state-fulfilled = Fulfilled
request-state-in-progress = In progress
request-state-new = New
request-state-on-hold = On hold
request-subcategory = Subcategory
request-time-worked = Minutes worked
request-transition-cancel = Cancel request
request-transition-close = Close
request-transition-fulfil = Fulfil
request-continues = Goes on from
request-converted-into = Turned into
request-merged-into = Merged into
request-transition-convert = Turn into an incident
request-transition-merge = Merge
request-transition-unmerge = Undo the merge
request-transition-hold = Put on hold
request-transition-reopen = Reopen
request-transition-reopen-closed = Reopen closed request
request-transition-resume = Resume
request-transition-start = Start
request-urgency = Urgency
request-urgency-1 = High
request-urgency-2 = Medium
request-urgency-3 = Low
request-vendor-reference = Supplier's number

## Task
task = Task
task-plural = Tasks
task-assignee-change-count = Changes of assignee
task-close-notes = Closing notes
task-closed-at = Closed
task-closed-by = Closed by
task-depends-on = Depends on
task-description = Description
task-order = Order
task-parent = Belongs to
task-reassignment-count = Changes of team
task-started-at = Started
task-state-closed-complete = Closed complete
task-state-closed-incomplete = Closed incomplete
task-state-closed-skipped = Closed skipped
task-state-in-progress = In progress
task-state-open = Open
task-time-worked = Minutes worked
task-transition-close-incomplete = Close incomplete
task-transition-complete = Complete
task-transition-reopen = Reopen
task-transition-skip = Skip
task-transition-start = Start
task-waits-for-others = A task that it depends on is still open.
why-access-of-parent = Who may read it follows the record it belongs to.
why-work-began = Work began then.
why-organisation-of-parent = It belongs where the record it serves belongs.

versions-come = New:
versions-compare = Compare
versions-from = From
versions-gone = Gone:
versions-none = There is only one version of its texts so far.
versions-of = Versions of { $name }
versions-same = These two versions say the same
versions-skipped = { $count ->
    [one] One line that is the same
   *[other] { $count } lines that are the same
}
versions-title = Versions
versions-to = To
versions-version = { $number } · { $at } · { $name }

## Knowledge article
article-feedback = Feedback on an article
article-feedback-plural = Feedback on articles
article-feedback-about = Article
article-feedback-answer = Answer
article-feedback-answer-helpful = Helpful
article-feedback-answer-not-helpful = Not helpful
article-feedback-answer-solved = Solved it
article-feedback-once = Counted once
article-feedback-person = Person
article-feedback-revision = Revision read
article-feedback-searched = Searched before
article-feedback-words = Words

knowledge-article = Knowledge article
knowledge-article-plural = Knowledge
knowledge-article-audience = Audience
knowledge-article-audience-agents = Agents
knowledge-article-audience-confidential = Confidential
knowledge-article-audience-everybody = Everybody
knowledge-article-audience-organisation = One organisation
knowledge-article-audience-team = One team
knowledge-article-author = Author
knowledge-article-body = Text in work
knowledge-article-category = Category
knowledge-article-first-published-at = First published
knowledge-article-known-error = Known error
knowledge-article-published-at = Published
knowledge-article-published-body = Text
knowledge-article-published-by = Published by
knowledge-article-published-revision = Published revision
knowledge-article-review-notes = Notes of the review
knowledge-article-review-on = Review on
knowledge-article-revision = Revision
knowledge-article-service = Service
knowledge-article-state-draft = Draft
knowledge-article-state-published = Published
knowledge-article-state-retired = Retired
knowledge-article-state-review = Review
knowledge-article-summary = Summary
knowledge-article-transition-publish = Publish
knowledge-article-transition-retire = Retire
knowledge-article-transition-return = Return to author
knowledge-article-transition-revise = Revise
knowledge-article-transition-submit = Submit for review
article-own = You wrote this article. Somebody else publishes it.
why-access-of-article = Who may read it follows the article.
why-access-of-audience = Who may read it follows its audience and whether it is published.
why-author = Who begins a revision is its author.
why-first-published = It was published for the first time.
why-first-revision = Revisions count from 1.
why-next-revision = What was published is revised.
why-notes-answered = It went to review again, so the notes are answered.
why-published-by = Who publishes it is noted.
why-published-now = It was published then.
why-revision-shown = Readers saw this revision.
why-said-by = Who sends it says it.
why-said-once = Each person has one opinion of an article.
why-title-of-feedback = It is called after the article and the answer.
why-review-after-days = Articles are reviewed after { $days } days.

## People and places
person = Person
person-plural = People
person-absent-from = Absent from
person-absent-to = Absent until
person-cost-centre = Cost centre
person-department = Department
person-email = E-mail
person-employed-from = Employed from
person-employed-to = Employed until
person-employee-number = Employee number
person-family-name = Family name
person-further-emails = Further e-mail addresses
person-further-organisations = Further organisations
person-further-phones = Further phone numbers
person-given-name = Given name
person-job-title = Job title
person-kind = Kind
person-kind-employee = Employee
person-kind-external-contact = External contact
person-kind-integration = Integration
person-kind-shared = Shared mailbox or desk
person-language = Language
person-location = Location
person-manager = Manager
person-mobile = Mobile
person-not-themselves = Choose somebody else.
person-phone = Phone
person-state-active = Active
person-state-left = Left
person-substitute = Substitute
person-teams = Teams
person-transition-leave = Mark as left
person-transition-return = Take back
person-vip = VIP
person-zone = Time zone
expected-language = Enter a language tag, for example en or de-AT.
expected-list-of-texts = Enter a list of texts.
expected-zone = Enter a time zone, for example Europe/Berlin.
period-ends-before-it-begins = The end lies before the beginning.
why-belongs-to-itself = The record of an organisation belongs to that organisation.
why-root-of-tenant = It is the root of all organisations.
why-title-of-role = It is called after person and role.
why-whole-tenant = No organisation was named, so it holds everywhere.
why-came-back = They came back.
why-left-today = They left today.
why-name-from-parts = It is made of given and family name.
organisation = Organisation
organisation-plural = Organisations
organisation-code = Code
organisation-cost-centre = Cost centre
organisation-description = Description
organisation-head = Head
organisation-kind = Kind
organisation-kind-customer = Customer
organisation-kind-department = Department
organisation-kind-tenant-root = Tenant
organisation-parent = Belongs to
organisation-state-active = Active
organisation-state-retired = Retired
organisation-transition-reinstate = Reinstate
organisation-transition-retire = Retire
location = Location
location-plural = Locations
location-address = Address
location-code = Code
location-kind = Kind
location-kind-building = Building
location-kind-campus = Campus
location-kind-country = Country
location-kind-floor = Floor
location-kind-room = Room
location-parent = Part of
location-zone = Time zone
team = Team
team-plural = Teams
team-deputy = Deputy
team-description = Description
team-email = E-mail
team-lead = Lead
team-state-active = Active
team-state-retired = Retired
team-transition-reinstate = Reinstate
team-transition-retire = Retire
role-assignment = Role assignment
role-assignment-plural = Role assignments
role-assignment-organisation = Within
role-assignment-person = Person
role-assignment-role = Role
role-assignment-valid-from = First day
role-assignment-valid-to = Last day
roles-agent = Agent
roles-api-client = Program with access to the API
roles-approver = Approver
roles-auditor = Auditor
roles-external-supplier = External supplier
roles-knowledge-author = Knowledge author
roles-knowledge-publisher = Knowledge publisher
roles-practice-manager = Practice manager
roles-requester = Requester
roles-service-owner = Service owner
roles-system-administrator = System administrator
roles-team-lead = Team lead
roles-tenant-administrator = Administrator of the organisation

## Saved views
why-access-of-view = Who may see it follows its audience.
why-no-team-of-view = Only a view for a team has a team.
why-owner-of-view = Who saves it owns it.

saved-view = Saved view
saved-view-plural = Saved views
saved-view-owner = Owner
saved-view-listed-type = Lists
saved-view-filter = Filter
saved-view-sort = Order
saved-view-columns = Columns
saved-view-group-by = Grouped by
saved-view-audience = For
saved-view-audience-personal = Only me
saved-view-audience-team = My team
saved-view-audience-shared = Everybody
saved-view-team-missing = Choose the team that gets this view.
saved-view-field-unknown = There is no field { $field } here. Names of fields stand with commas between.
section-shows = What it shows
role-above-own = Only a system administrator gives or takes this role.
role-unknown = There is no role { $role }. There are: { $known }.

## Services and categories
service = Service
service-plural = Services
service-criticality = Criticality
service-criticality-critical = Critical
service-criticality-high = High
service-criticality-low = Low
service-criticality-medium = Medium
service-description = Description
service-owner = Owner
service-state-live = Live
service-state-pipeline = Pipeline
service-state-retired = Retired
service-support-team = Support team
service-transition-launch = Launch
service-transition-plan = Back to pipeline
service-transition-reinstate = Reinstate
service-transition-retire = Retire
category = Category
category-plural = Categories
category-active = Active
category-applies-to = For records of type
category-default-team = Default team
category-description = Description
category-parent = Belongs to

## Sections of forms
section-absence = Absence
section-assignment = Assignment
section-closing = Closing
section-contact = Contact
section-employment = Employment
section-general = General
section-hold = On hold
section-measures = Measures
section-outcome = Outcome
section-people = People
section-place = Place
section-priority = Priority
section-resolution = Resolution
section-revisions = Revisions
section-text = Text
section-times = Times

## Answers that are not the one asked for

problem-title-bad-request = The request cannot be read
problem-title-not-signed-in = Nobody is signed in
problem-title-forbidden = Not allowed
problem-title-not-found = Not found
problem-title-method = This address cannot do that
problem-title-conflict = Another change came first
problem-title-changed = The record has changed meanwhile
problem-title-too-large = Too large
problem-title-media-type = Another media type is expected
problem-title-invalid = Some values do not fit
problem-title-too-many = Too many tries
problem-title-busy = The server is busy
problem-title-ours = The server failed
problem-ours = This is a fault of the server, not of the request. Tell an administrator the id of the request.
problem-fields = { $count ->
    [one] One value does not fit.
   *[other] { $count } values do not fit.
}
problem-wait = Too many tries. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
} before the next one.
address-not-found = There is nothing at this address.
address-not-utf8 = The part { $part } of the address is not UTF-8. Write it as the list or the answer before gives it.
address-with-nul = The address holds the character U+0000, which no name has. Take it out.
method-not-allowed = This address does not take this method. The header Allow names those it takes.
request-unreadable = The request cannot be read.
request-too-slow = The answer took longer than { $seconds } seconds. Ask for less at once, or look whether the change was made before you send it again.
server-stopping = The server is about to end and takes no new requests. Try again in a moment.
bulk-select-all = Choose all on this page
bulk-bar = Chosen records
bulk-selected = chosen
bulk-all-that-match = All { $count } that match
bulk-act-change = Change fields
bulk-act-assign = Hand over
bulk-act-transition = Take a step
bulk-act-comment = Comment
bulk-act-delete = Delete
bulk-act-restore = Restore
bulk-act-undo = Take back
bulk-of = { $act }: { $count } { $what }
bulk-which-fields = Which fields?
bulk-which-fields-help = Each gets one value on all of them. A field that is left empty is emptied.
bulk-which-step = Which step?
bulk-nothing-common = Not all of these can do that
bulk-nothing-common-help = A step must be one that all types among the chosen records have. Choose records of fewer types.
bulk-back-to-list = Back to the list
bulk-which-step-help = Records that cannot take it from where they stand are refused and told; the others take it.
bulk-next = Next
bulk-preview = Preview
bulk-preview-help = Nothing is changed yet.
bulk-assign-help = What is left empty stays as it is.
bulk-comment-label = What you say
bulk-comment-private = A private note, for those who work on it
bulk-reason-label = Why
bulk-reason-help = It stands in the history of each record.
bulk-will = What will be done
bulk-what = What is done
bulk-value-empty = emptied
bulk-preview-all = You may do this to all { $total }.
bulk-preview-some = You may do this to { $may } of { $total }.
bulk-preview-none = You may do this to none of { $total }.
bulk-preview-tried = The first { $tried } were tried and given up again: { $changed } would change, { $unchanged } are so already, { $refused } would be refused.
bulk-preview-refusals = Some that would be refused
bulk-frozen = It is done to these records and no others, whatever the filter finds meanwhile.
bulk-go = { $count ->
    [one] Do it
   *[other] Do it to all { $count }
  }
bulk-back = Back
bulk-runs = Done to many
bulk-runs-none = You have done nothing to many records yet. Choose some in a list.
bulk-runs-all = Of everybody
bulk-runs-own = My own
bulk-state-waiting = Waiting
bulk-state-running = Running
bulk-state-done = Done
bulk-state-cancelled = Stopped by somebody
bulk-state-stopped = Stopped: the right to do it was lost
bulk-state-failed = Failed; an administrator of jobs can try it again
bulk-progress = { $done } of { $total } done
bulk-changed = Changed
bulk-unchanged = So already
bulk-refused = Refused
bulk-all-results = All
bulk-cancel = Stop
bulk-cancel-help = What is done stays done.
bulk-undo = Take back
bulk-undo-help = Puts fields back where nobody has changed them since.
bulk-undoes = This takes back an earlier run.
bulk-undone-by = This was taken back.
bulk-record = Record
bulk-outcome = What became of it
bulk-why = Why
bulk-hidden-record = A record that you may not read
bulk-no-results = Nothing here.
bulk-more = More
bulk-by = { $name }, { $when }
notice-none-chosen = Choose at least one record first.
bulk-nothing = Nothing was found to do it to.
bulk-too-many = These are more than { $most } records. Narrow the filter, and do it in parts.
bulk-one-act = Name exactly one act: change, assign, transition (with its fields), delete, restore, or a comment alone.
bulk-ids-or-filter = Say which records are meant: either by ids or by a filter.
bulk-no-files = A file belongs to one record. Attach it there, or leave it out here.
bulk-no-fields = Name at least one field with its value.
step-unknown = There is no step { $name } here. Go back to the record; its page has those that there are.
bulk-transition-unknown = There is no step { $name } for these records.
bulk-not-found = There is no such run, or it was swept away.
bulk-not-over = The run is not over. Stop it first.
bulk-not-to-undo = This cannot be taken back: only fields, handing over, deleting and restoring can, where something was changed.
bulk-undone-already = This run was taken back already.
bulk-changed-since = Somebody has changed this since.
job-not-found = There is no such job, or it was swept away.
job-not-to-discard = This job is { $state }. Only a waiting or dead one can be discarded.
job-not-to-retry = This job is { $state }. Only a dead or discarded one can be tried again, while none takes its place.
metrics-forbidden = The figures need their own token, or a request from the server itself.
body-too-large = The body is larger than { $most } bytes. Send less at once.
body-too-large-plain = The body is too large.
body-broken-off = The body broke off before its end.
body-not-utf8 = The body is not UTF-8; the first wrong byte is at position { $at }.
text-not-utf8 = The value of { $field } is not UTF-8. What could not be read is shown as �.
text-with-nul = The text holds the character U+0000, which cannot be stored. Take it out.
media-type-wrong = The body is sent as { $given }, expected is { $known }. Set the header Content-Type.
json-unreadable = Not valid JSON at line { $line }, column { $column }: { $error }.
json-body-too-deep = The JSON nests too deeply at line { $line }, column { $column }; at most 127 levels are read.
json-member-repeated = The member { $error } comes twice at line { $line }, column { $column }. Send it once.
json-does-not-fit = The body does not have the expected members: { $error }.
json-object-expected = The body must be a JSON object of field names and values.
form-too-many-fields = The form has more than { $most } fields.
parameter-unknown = There is no parameter { $name }. Known: { $known }.
parameter-repeated = The parameter { $name } comes twice. Send it once.
parameter-none = There is no parameter { $name }; this address has none.
parameter-unknown-meant = There is no parameter { $name }. Did you mean { $meant }?
form-again-title = Look at this once more
form-again-words = A text that you sent cannot be stored as it is. What cannot be stored was taken out below; all else is as you wrote it. Files have to be added again afterwards.
form-again-send = Send again
parameter-with-nul = The parameter { $name } holds the character U+0000. Take it out.
parameter-wrong = The parameter { $name } is { $given }; expected: { $expected }.
parameter-no-json = The parameter { $name } is not valid JSON: { $error }.
parameter-instant = The parameter { $name } must be an instant such as 2026-03-01T09:30:00Z; from and to come together.
zone-unknown = There is no time zone { $zone }. Write a name such as Europe/Berlin.
id-expected = { $field } must be the id of a record, not { $given }.
if-match-unreadable = If-Match must be a version in double quotes as the header ETag gives it, or *; it is { $given }.
field-not-readable = The field { $field } of { $type } does not exist, or you may not read it.
unknown-field-meant = There is no field { $field }. Did you mean { $meant }?
type-unknown-meant = There is no type { $type }. Did you mean { $meant }?
handed-away = It is handed over; you no longer see it.
idempotency-key-not-ascii = Idempotency-Key must be of ASCII characters that can be seen, such as a UUID.
idempotency-key-wrong = Idempotency-Key must have 1 to { $most } characters.
idempotency-key-useless = What is sent or answered here is a secret and not kept, so the request cannot be repeated safely. Send it without Idempotency-Key.
idempotency-key-reused = This Idempotency-Key was used for another request within the last day. Make a new key for a new request.
verification-not-found = The history was not verified of late, or there is no such verification. Begin one with POST /api/v1/verify.
forbidden-verify = Only those who may read the whole history may verify it.

## Signing in

sign-in-wrong = Login or password is wrong.
nobody-signed-in = Sign in, or send a token in the header Authorization: Bearer.
session-ended = The session has ended. Sign in again.
session-not-found = There is no such session.
request-from-elsewhere = The request came from another site. Send it from a page of this server.
csrf-missing = The request lacks the token that every page of this server carries. Load the page again, or send the header x-csrf-token.
csrf-wrong = The page is older than your session. Load it again and repeat what you did.
password-too-short = A password has at least { $least } characters.
password-too-long = A password has at most { $most } bytes.
password-wrong = The present password is wrong.
password-link-useless = This link was used already or is too old. Ask an administrator for a new one.
link-used-or-old = This link was used already or is too old. Start the server again for a new one.
address-taken = Another person has the address { $address }. Each address identifies one person.
person-has-left = This person has left. Take them back first.
person-has-login = This person signs in as { $login } already.
login-taken = Somebody else signs in as { $login }.
token-expected = The header Authorization must be Bearer and a token.
token-unknown = The token is unknown, revoked or past its end.
token-not-found = There is no such token.
token-needs-name = A token has a name of 1 to { $most } characters.
token-needs-scope = A token needs at least one scope, for example *:read or incident:write.
token-unknown-scope = { $scope } is no scope. A scope is a type or *, a colon, and read, write or admin.
token-too-many = One person has at most { $most } tokens. Revoke one that is no longer used.
token-already-over = The end must lie in the future.
forbidden-for-tokens = A token cannot do this; sign in as yourself.

## Filter and reading
aggregate-backlog = A backlog needs exactly one time to group by, and its stretches must follow each other, such as days or months.
aggregate-impossible = { $field } cannot be grouped or measured in this way. Choose another field or another measure.
aggregate-parts = Ask for at most { $groups } groups and for 1 to { $measures } measures.
aggregate-range = A range needs a time to group by. Add one, or leave out the range.
aggregate-start-month = A year starts in a month from 1 to 12.
aggregate-too-large = This makes more than { $most } groups. Choose longer stretches of time, fewer groups, or a range.
aggregate-too-long = These times lie too many years apart. Give a range.
column-impossible = { $field } cannot be a column. Choose a field of the record itself.
cursor-expired = This list has changed or was another one. Begin again with its first page.
filter-expected-and = “between” needs two values: between 1 and 3 (at { $place }).
filter-expected-closing = A parenthesis is not closed, or a comma is missing (at { $place }).
filter-expected-condition = A condition is missing, such as priority:1 or a word to look for (at { $place }).
filter-expected-list = A list of values is expected here (at { $place }).
filter-expected-object = Expected at { $place } (# is the whole filter): an object with all, any or not, or a condition such as { "{" }"field": "priority", "op": "<=", "value": 2{ "}" }.
filter-expected-two-values = Two values are expected here: the first and the last (at { $place }).
filter-expected-value = A value is missing (at { $place }). Where no value is meant, write “empty”.
filter-not-a-reference = { $field } does not lead to another record, so nothing can follow after its dot.
filter-too-deep = Conditions are nested more than { $most } deep. Write the filter with fewer parentheses.
filter-too-long = A filter may have { $most } bytes. Shorten it.
filter-too-many-hops = A path may lead over { $most } references. Shorten it.
filter-too-many-tests = A filter may have { $most } conditions. Leave some out.
filter-too-many-values = A list may have { $most } values. Leave some out.
filter-two-currencies = Both amounts must be in the same currency (at { $place }).
filter-unclosed-quote = A quotation mark is not closed (at { $place }).
filter-unknown-choice = { $value } is no value of { $field }. { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] Choose one of its values.
}
filter-unknown-field = { $type } has no field { $field }. { $near ->
    [some] Perhaps you mean { $proposals }.
    [elsewhere] Choose one of its fields.
   *[none] To look for the text itself, put it in quotation marks.
}
filter-unknown-member = { $member } is not expected here. { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] A condition has field, op and value.
}
filter-unknown-operator = { $operator } is no comparison. { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] Choose another.
} There are =, !=, <, <=, >, >=, in, not_in, contains, not_contains, starts_with, between, empty and not_empty.
filter-wrong-operator = { $field } ({ $kind }) cannot be compared with { $operator }. Long text is found through search.
filter-wrong-relative = { $value } is no time such as now-2h or today-7d, and neither me nor my_teams.
filter-wrong-value = { $value } does not fit { $field } ({ $kind }). { $near ->
    [some] Perhaps you mean { $proposals }.
   *[none] { $kind ->
        [instant] Write a day (2026-03-01), an instant (2026-03-01T09:30:00Z), or what follows the calendar: now-2h, today-7d, last_month, start of week.
        [date] Write a day (2026-03-01), or what follows the calendar in whole days: today-7d, last_month, start of week.
        [duration] Write a length of time, such as 90m, 4h or PT1H30M.
        [integer] Write a whole number.
        [decimal] Write a number with a point and no more digits after it than the field has.
        [money] Write an amount with its currency, such as 12.50EUR.
        [boolean] Write yes or no.
        [reference_list] Write the id of a record, me or my_teams.
        [reference] Write a title, a number or an id; me or my_teams where it leads to people or teams.
       *[other] Write a value of that kind.
    }
}
page-limit = A page has 1 to { $most } rows.
read-forbidden-field = You may not read { $field }, so you cannot filter, sort or group by it either.
read-forbidden-type = You may not read records of the type { $type }. Ask an administrator for the right.
record-not-found = There is no record { $record }, or you may not see it.
sort-impossible = Lists cannot be sorted by { $field }. Choose another field.
sort-too-many = A list can be sorted by { $most } fields at most.

## Imports and jobs

mapping-end-value-needs-condition = A value from the end of a record's life needs only_when: the condition under which it was known.
mapping-field-twice = This field is filled twice.
mapping-lookup-field = { $type } has no text field { $field } to look records up by.
mapping-lookup-needs-reference = Only fields that refer to other records can have a lookup.
mapping-needs-replay = Deskwright's own rules set this field. To take it from the file, say with [replay] when each row was true.
mapping-one-origin = Say where the value comes from: exactly one of column, value and template.
mapping-template = { $text } has a brace without its partner. Columns stand in braces; a brace itself is written twice.
mapping-unknown-field = There is no such field. Perhaps you mean { $near }.
mapping-unknown-type = There is no type { $type }.
mapping-unknown-zone = { $zone } is no time zone. Zones look like Europe/Berlin or UTC.
mapping-unreadable = The mapping cannot be read: { $error }
import-columns-absent = The file has no column { $columns }. It has: { $header }.
import-encoding-unknown = There is no encoding { $encoding }. Encodings are called as on the web: utf-8, windows-1252, macintosh.
import-file-unreadable = { $file } cannot be read: { $error }
import-resume-needs-file = Only an import from a file can be resumed; standard input cannot be read twice.
import-sheet-empty = The sheet has no row.
import-sheet-unclear = Say under [file] which sheet is meant. The workbook has: { $sheets }.
import-sheet-unknown = The workbook has no sheet { $sheet }. It has: { $sheets }.
import-too-many-rejected = More than { $most } lines were rejected. The mapping does not seem to fit the file.
replayed-beginning = Records began as { $state }, which is not how new ones begin here.
replayed-step = Records went from { $from } to { $to }, a step that does not exist here.
row-beside-unreadable = This member cannot be read: { $error }
row-entry-elsewhere = The entry { $entry } belongs to another record here already.
row-formula-failed = The formula in { $column } ends in an error.
row-formula-without-value = The formula in { $column } was never computed. Open the file in a spreadsheet and save it once.
row-key-apart = Rows of { $key } stand apart. Sort the file so that the rows of one record stand together.
row-key-twice = { $key } has a row already, at line { $line }.
row-not-a-date = { $text } is no day in a form that the mapping names.
row-not-an-instant = { $text } is no date and time in a form that the mapping names.
row-not-an-object = The line is no JSON object.
row-not-utf8 = The line is not UTF-8 text.
row-of-other-type = The line is of the type { $type }, which this import does not expect.
row-reference-not-made = { $key } could not be made: { $because }
row-reference-unknown = There is no record { $key }.
row-time-without-zone = { $text } has no time zone, and the mapping names none.
row-head-unreadable = What stands at the head of the file cannot be read: { $problem }
row-too-long = The line is longer than { $most } bytes.
row-unknown-value = The mapping has no word for { $text }.
row-without-instant = The row does not say when it was true.
row-without-key = The row has no key.
row-wrong-width = The row has { $found } cells, the header has { $expected }.
jobs-without-end = More than { $most } rounds of jobs made ever more jobs.

## Places, views and the first page
place-desk = Desk
place-portal = Portal
place-admin = Admin
area-knowledge-article = Know
nav-my-work = My work
nav-work = Work
nav-texts = Texts
nav-data = People, places, services
view-open = Open
view-mine = Assigned to me
view-team = My teams
view-nobody = Assigned to nobody
view-hold = On hold
view-all = All
greeting-morning = Good morning, { $name }
greeting-day = Good day, { $name }
greeting-evening = Good evening, { $name }
home-title = Desk
home-mine = assigned to me
home-nobody = of my teams, nobody’s yet
home-no-team = of no team
home-no-team-title = Of no team, in nobody’s queue
home-missing = { $count ->
    [one] One point of the set-up is missing.
   *[other] { $count } points of the set-up are missing.
}
home-nobody-title = Of my teams, assigned to nobody
home-nothing = Nothing waits here
home-recent = Changed last
home-recent-none = Nothing has changed yet
home-all = All { $count }
new-title = What shall be new?

## List pages
list-in-view = in view
list-new = New { $what }
list-export = Export
list-export-help = All records of this view that you may take out, in its order, with the columns shown.
list-export-csv = CSV, for spreadsheets and scripts
list-export-xlsx = Excel workbook
list-export-xlsx-too-long = Excel workbook: this view is too long for one, which takes { $most } records
list-export-json = JSON, as the API writes it
list-export-json-lines = JSON Lines, one record on each line
list-export-all = All fields that I may read, not only the columns shown
list-export-go = Download
export-too-many = A workbook takes at most { $most } records. Choose CSV or JSON, or a narrower filter.
views-title = Views
views-changed = { $view } (changed)
views-none = Nobody keeps this list under a name yet.
views-for-me = Only me
views-for-team = Team { $team }
views-for-everybody = Everybody
views-save-new = Save as a new view
views-save-changes = Save changes to { $view }
views-save = Save
views-name = Name
views-for = For
views-all = All views
view-not-found = This view is gone, or it is not for you.
notice-view-saved = Saved as { $name }.
list-columns = Columns
list-group-by = Put together by
list-group-none = Nothing
list-columns-show = Show these
list-columns-usual = Usual columns
list-everything = Records of all types
list-records = records
list-record = record
list-title-view = { $what }, { $view }
list-type = Type
list-no-match = Nothing in { $what } matches
list-no-match-help = The filter leaves nothing over. Take a part of it away.
list-none = No { $what } yet
list-none-help = Nobody has made one, or you may see none.
filter-label = Filter
filter-placeholder = Add a filter, for example { $example }
filter-example = title:printer
filter-example-team = team:my_teams
filter-remove = Remove filter { $name }
filter-unreadable = The filter cannot be read
filter-perhaps = Use “{ $words }”
filter-clear = Clear the filter
pager-label = Pages
pager-of = { $from }–{ $to } of { $count }
pager-range = { $from }–{ $to }
pager-previous = Previous
pager-first = First page
pager-next = Next

## Values
value-nobody = nobody
value-none = none
value-not-written = none written
value-not-known = not known
value-no-target = no target
value-no-title = Without a title
value-hidden = not visible to you
value-yes = Yes
access-public = Everybody
access-internal = Internal
access-confidential = Confidential
access-organisation = Its organisation
access-team = Its team
value-no = No
time-now = now
time-minutes = { $count }m
time-hours = { $count }h
time-days = { $count }d
time-ahead = in { $time }
time-date = { $day } { $month } { $year }
time-date-short = { $day } { $month }
time-day-and-time = { $day }, { $time }
time-absolute = { $weekday } { $day }, { $time }
time-length-days = { $count } d
time-length-hours = { $count } h
time-length-minutes = { $count } min
time-length-seconds = { $count } s
time-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[other] Dec
}
time-weekday = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[other] Sun
}

## Record pages
record-parts = Parts of the record
record-earlier = Show earlier entries
record-earlier-all = Show all of them
record-newest = Newest
record-to-reply = Reply
record-tab-all = Everything
record-tab-conversation = Conversation
record-tab-notes = Notes
record-tab-history = History
record-facts = Facts
record-more = More
record-assign = Assign
record-assign-me = Assign to me
record-edit = Edit
record-split = Split off
record-delete = Delete
record-follow = Follow
record-following = Following
record-followers = Followers
record-add-follower = Add follower
record-follower-who = Name or e-mail address
record-add = Add
record-links = Links
record-change-links = Change links
record-first-shown = Only the first { $count } are shown.
record-link-kind = Kind of link
record-open-of = Open for { $name }
record-go-on-in = { $words }: { $name }
record-link-to = Number or title
record-unlink = Unlink { $name }
record-why = Why these values
link-kind-related = related to
link-kind-duplicate = duplicate of
link-kind-caused-by = caused by
link-kind-blocked-by = waits for
link-kind-affects = affects
link-kind-solved-by = solved by
link-kind-back-solved-by = solved
link-kind-converted-into = turned into
link-kind-merged-into = merged into
link-kind-continued-in = goes on in
link-kind-recorded-in = recorded in
link-kind-split-from = split from
link-kind-back-converted-into = came from
link-kind-back-merged-into = took in
link-kind-back-continued-in = goes on from
link-kind-back-recorded-in = came up in
link-kind-back-split-from = split into
link-kind-back-related = related to
link-kind-back-duplicate = has the duplicate
link-kind-back-caused-by = cause of
link-kind-back-blocked-by = holds up
link-kind-back-affects = affected by
keys-assign = assign
keys-edit = edit
composer-who-reads = Who reads it
composer-reply = Reply
composer-note = Private note
composer-to = to { $name }
composer-private = Only colleagues read this
composer-children = also to open children
composer-minutes = Minutes worked
composer-message = Message
composer-send = Send
composer-add-note = Add note
timeline-system = Deskwright
timeline-origin = said in { $number }
timeline-private = Private note
timeline-minutes = { $count } min
timeline-created = created this
timeline-linked = linked
timeline-unlinked = unlinked
timeline-set = set
timeline-follows = added the follower
timeline-unfollows = took away the follower
timeline-deleted = deleted this
timeline-restored = restored this
timeline-attached = added the file
timeline-detached = took away the file
timeline-for = for { $name }
timeline-empty = Nothing here yet.
step-converts = A new { $other } is made of what stands here, and this { $this } ends: its number leads there. To go back would make a third record.
step-comment = Comment
step-comment-help = Everybody who can see the record reads it.
step-not-now = This is no longer possible: somebody was faster. The page shows how it stands now.
conflict-title = { $name } was changed meanwhile
conflict-words = What you typed is kept below, not saved yet.
conflict-help = Look at what changed, then save again, or drop yours.
conflict-drop = Drop mine
delete-title = Delete { $name }
delete-words = It leaves all lists. Its history stays, and it can be restored.
delete-reason = Why
delete-do = Delete
delete-keep = Keep it
restore-title = Restore the record
restore-words = It comes back as it was before it was deleted.
restore-do = Restore

## Forms
form-problems = { $count ->
    [one] One thing needs you
   *[other] { $count } things need you
}
form-optional = optional
form-choose-nothing = nothing chosen
form-save = Save
form-cancel = Cancel
form-assign = Assign
form-create = Create { $what }
form-help-duration = For example 1h 30m.
form-help-money = For example 12.50 EUR.
form-help-typed = Its number, its whole name or its e-mail address.
form-help-any-record = The number of a record, for example the one in its address.
edit-title = Edit { $name }
assign-title = Assign { $name }
reference-not-found = Nothing is called “{ $text }”. Write the whole name, the number or the e-mail address.
reference-ambiguous = Several are called “{ $text }”. Write the number or the e-mail address.

## Notices after something was done
notice-created = { $name } is created.
notice-saved = Saved.
notice-unchanged = Nothing was different.
notice-step = { $name } is now “{ $state }”.
notice-assigned = { $name } is assigned.
notice-handed-over = { $name } is handed over; you no longer see it.
notice-sent = Sent.
notice-noted = The note is added.
notice-following = { $name } has a new follower.
notice-not-following = You no longer follow { $name }.
notice-continued = { $name } is over; your answer opened this one, which is linked with it.
notice-goes-on = { $name } goes on here.
notice-linked = { $name } is linked.
notice-unlinked = The link is gone.
notice-deleted = { $name } is deleted.
notice-file-removed = { $name } is taken away.
notice-restored = { $name } is restored.
notice-reported = Thank you, we have it. Its number is { $name }.
notice-typed-back = You are signed in again. What you had typed is back in its form, and not sent yet.
notice-list-changed = The list has changed meanwhile; this is its beginning.
notice-password = Your password is changed; all other sessions have ended.
notice-field-added = The field { $name } is added.
notice-solved = Good to know that { $name } solved it.
notice-taken-back = What you said of { $name } is taken back.
notice-thanks = Thank you, what you think of { $name } is noted.
notice-undo = Undo

## The portal of requesters
portal-place-home = Home
portal-question = What can we help you with?
portal-ask = Describe it in your own words
portal-search = Search
portal-what = What do you need?
portal-mine = My requests
portal-see-all = See all
portal-earlier = Earlier
portal-none = You have not asked for anything yet.
portal-answer-late = This is over. Your answer opens a new one that is linked with it.
portal-answer-continued = This is over and goes on in { $name }.
portal-answer = Answer
portal-needs-answer = We need your answer
portal-happening-received = We have received it
portal-happening-in-work = We are working on it
portal-happening-done = We have solved it
portal-happening-over = Done
portal-step-received = Received
portal-step-in-work = In work
portal-step-done = Done
portal-progress = Progress
portal-written = you wrote to us on { $at }
portal-written-by = { $name } wrote to us on { $at }, and you follow it
portal-solved = We have solved it
portal-solved-until = Say so by { $at }. Without a word from you it is taken as done then.
portal-solved-help = Tell us whether it works again.
portal-details = Details
portal-you = You
portal-team = Our team
portal-somebody = Somebody else
portal-your-answer = Your answer
portal-asks = { $name } writes: { $words }
portal-takes-care = { $name } takes care of it
portal-confirm = It works again
portal-reopen = It is not solved
portal-reopen-why = What does not work yet?
portal-reopen-needs-reason = Tell us what does not work yet.
portal-withdraw = I no longer need this
portal-withdraw-why = Why
portal-back = Back
portal-send = Send
portal-read = Articles
hanging-title = { $name } is still needed
hanging-help = What is open and names it is listed here, as far as you may see it. Hand it over first, or go on: it stays as it is.
hanging-more = more than { $count }
views-count-more = more than { $count }
library-all = All
library-newest = Newest
library-helped = Helped most
library-helped-help = What solved something for others in the last 90 days.
library-none-here = None of these yet
library-see-all = See all
library-none-help = As soon as something is published for you, it stands here.
portal-ask-us = Tell us about it
article-without-team = An article for one team needs to say which team.
article-did-it-help = Did this solve it?
article-published = Published
article-rate = Tell us what you think of this article
article-report = Report it anyway
article-said-solved = Good, this solved it
article-said-solved-help = Nothing was reported; whoever looks after this article is glad to know.
article-say-other = Say something else
article-solved = This solved it
article-heard = What readers say
article-heard-all = All answers
article-heard-none = Nobody has said anything yet.
article-link = It helped
article-link-name = Link { $name }: it helped
article-reading-view = Read
article-suggested = May help here
article-take-back = Take it back
article-unpublished = Nothing is published yet
article-used = Used by records
article-words = What is good, wrong or missing?
article-you-said = You said: { $answer }.
portal-incident-title = Something is broken
portal-incident-help = Tell us what happened, we take it from there
portal-incident-kind = Repair
portal-incident-send = Send the report
portal-request-title = I need something
portal-request-help = Order equipment, access or a service
portal-request-kind = Order
portal-request-send = Send the order
portal-knowledge-article-help = Help yourself in a few minutes
incident-ask-title = What is wrong?
incident-ask-help-title = In a few words, for example: the printer on floor 2 prints nothing.
incident-ask-description = What happened?
incident-ask-help-description = What did you do, what did you see, since when?
incident-ask-how-many-affected = How many people are affected?
incident-ask-can-work = Can you still work?
incident-ask-service = Which service is it about?
incident-ask-location = Where is it?
request-ask-title = What do you need?
request-ask-help-title = In a few words, for example: a second screen.
request-ask-description = What exactly?
request-ask-affected = For whom?
request-ask-justification = Why do you need it?
request-ask-needed-by = By when do you need it?
request-ask-service = Which service is it about?
request-ask-location = Where shall it be?

## Signing in and one's own settings
sign-in-title = Sign in
sign-in-at = to { $product }
sign-in-ended = Your session ended. Sign in to go on where you were.
sign-in-kept = What you typed is still here; only files need choosing again.
sign-in-login = Login or e-mail address
sign-in-password = Password
first-title = The first administrator
first-words = This link works once.
first-name = Your name
first-email = Your e-mail address
first-do = Create and sign in
password-help = At least { $least } characters.
account-title = Your account
account-preferences = Language, time and look
account-language = Language
account-language-help = Nothing chosen follows your browser. What is not translated yet is in English.
language-name = English
account-zone = Time zone
account-zone-help = Type a city or a continent and choose; now { $used } is used.
account-theme = Look
account-theme-system = As my device
account-theme-light = Light
account-theme-dark = Dark
account-password = Password
account-password-present = Present password
account-password-new = New password
account-password-do = Change password
account-tokens = Access tokens
account-tokens-none = No tokens. A program needs one to act for you.
account-sessions = Where you are signed in
token-name = Name
token-scopes = May
token-read = read
token-write = read and write
token-admin = all that I may
token-used = Used
token-expires = Ends
token-never = never
token-days = Ends in
token-days-count = { $count } days
token-make = Make a token
token-made = Copy the token now
token-made-help = It is not shown again.
token-revoke = Revoke
session-browser = Browser
session-address = Address
session-seen = Seen
session-end = End
session-this = this one

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

## Files
files-title = Files
files-add = Add files
files-most = Up to { $most } each. You can also paste a picture or drop files here.
files-too-large = { $name } is too large. A file may have { $most } at most; send a smaller one, or a link to it.
files-sending = Sending
files-again = Choose your files again, please: browsers do not keep them.
files-broken = The connection broke off and nothing was sent. Your words are still here: send again.
files-drop = Leave { $name } out
files-remove = Take { $name } away
files-remove-title = Take { $name } away?
files-remove-words = Nobody sees it here any more. The history keeps its name, and who took it away.
files-remove-do = Take it away
files-remove-keep = Keep it
files-photo = Photos or files
files-photo-help = A photo of what you see often helps most.
files-bytes = { $count } B
files-kilobytes = { $count } KB
files-megabytes = { $size } MB
upload-too-many-waiting = { $count } files that you sent ahead wait for a comment already; at most { $most }, and { $megabytes } MB, may. Name them in a comment first, or wait: a day after it came, a file is forgotten. An administrator raises it with the setting { $setting }.
upload-unknown = There is no file { $id } that you sent ahead within a day and have not used yet. Send it again.
attachment-unknown = There is no such file here. It may have been taken away.
attachment-name-missing = The file needs a name, such as photo.png.
attachment-empty = { $name } is empty. Choose the file again.
attachment-too-large = { $name } is too large. A file may have { $most } MB at most; send a smaller one, or a link to it.
attachment-too-large-small = { $name } is too large. A file may have { $most } KB at most; send a smaller one, or a link to it.
attachment-no-room = { $name } finds no room: all files together may have { $most } MB. An administrator raises it with the setting { $setting }.
attachment-too-many-at-once = These are too many files at once. Send at most { $most } and the others afterwards.
attachment-too-many = A record has { $most } files at most. Take some away, or put them into one archive.
attachment-not-as-named = The content of { $name } is { $found }, its name says { $claimed }. Give it the right ending and send it again.
attachment-not-as-declared = The content of { $name } is { $found }, it was sent as { $claimed }. Send it with the right type.
attachment-type-not-taken = Files such as { $name } ({ $type }) are not taken here. Put it into an archive, or ask an administrator.
attachment-not-stored = The content of this file is not here yet. Send the file again.
attachment-of-another = Somebody else added this file. Only they, and those who may change the record, can take it away.
attachment-visibility-wrong = The visibility of a file is public or private, not { $given }.
range-beyond = The file has { $bytes } bytes; ask for a part within them.

## Refusals as pages
refusal-home = To the first page
refusal-back = Back
refusal-search = Look for it
refusal-reference = Reference { $id }

## Search
search-title = Search
search-for = Search for “{ $term }”
search-words = Words, a number, or filters
search-help = Words, "whole phrases", -without, this or that, a number such as INC1234; between them filters: state:open, type:incident, team:"Service Desk".
search-everything = Search in everything that you may read
search-everything-help = Titles and texts, comments, articles, people, teams and services. Results appear while you type.
search-types = Kinds of results
search-all-types = All
search-count = { $count ->
    [one] One result.
   *[other] { $count } results.
}
search-capped = More than { $count } results.
search-newest = The newest come first.
search-first = First page
search-all = All results for “{ $term }”
search-nothing = Nothing found for “{ $term }”
search-empty = There is nothing to read here yet.
search-nothing-help = Leave a word out, look at the spelling, or write only its beginning with a star: print*.
search-from-comment = Comment:
search-from-file = File:
search-from-note = Private note:
search-needs-type = Only some kinds of records have { $names }, so this was looked for as words. Choose a type, or leave the condition out.
search-similar = Similar
search-similar-to = Similar to “{ $name }”
search-similar-none = Nothing that you may read is like it.
search-may-help = This may help
search-too-long = A search may have { $most } characters. Leave some out.
search-too-deep = Parentheses may stand { $most } deep in each other. Write the search with fewer.
search-too-many-words = A search may have { $most } words. Leave some out.

## Mails
mail-received = We have received your request and will look into it. Its number is { $number }.
mail-answered = { $author } wrote about { $number }.
mail-mentioned = { $author } has mentioned you in { $number }.
mail-resolved = { $author } has marked { $number } as done.
mail-assigned = { $author } has assigned { $number } to you.
mail-open = Open { $number }
mail-in-no-subject = Mail without a subject
mail-in-taken-by = taken by { $who } in the name of { $whom }
mail-in-files-not-taken = These files of the mail were not taken. They stand in the mail as it came (mail.eml):

    { $files }
mail-answers-are-read = Answer this mail to write to everybody concerned. Please leave { $number } in the subject.
mail-answers-are-not-read = Answers to this mail are not read. Please use the link.

# Administration: settings
admin-settings = Settings
admin-settings-words = Each change shows first what it does, is kept with who made it, and can be put back.
admin-setting = Setting
admin-origin = In force
origin-default = as delivered
origin-tenant = everywhere
notice-setting = { $name } is changed.
notice-account = Done for { $name }.
setting-area-types = Records and files
setting-area-roles = Roles
setting-area-knowledge = Knowledge
setting-priority-matrix = Priority matrix
setting-priority-matrix-help = Priority is computed from impact and urgency. A change holds for records from their next change on.
setting-vip-raises-urgency = A VIP's ticket is one step more urgent
setting-hold-reasons = Hold reasons
setting-hold-reasons-help = What each reason for putting work on hold asks for and does.
setting-hold-reasons-comment = Needs a comment that tells the requester
setting-hold-reasons-reply-resumes = A reply of the requester resumes work
setting-hold-reasons-until = Needs a time at which work resumes by itself
setting-hold-reasons-needs = Fields that need a value
setting-hold-reasons-pauses = Clocks that stand still (* for all)
setting-routing = Routing
setting-routing-help = The first route that fits wins; a condition that is left empty always fits. Records that are there stay where they are.
setting-open-tasks = Open tasks when a ticket is resolved
setting-open-tasks-refuse = It cannot be resolved before them
setting-open-tasks-close-incomplete = They end without being done
setting-auto-close-days = Days from resolution to closing by itself
setting-auto-close-days-help = 0 means never.
setting-reopen-days = Days within which it may be reopened
setting-reopen-days-help = Counted from resolution; 0 means always.
setting-plain-questions = What requesters' answers mean
setting-plain-questions-help = Requesters never choose impact and urgency; they answer two questions.
setting-plain-questions-how-many-affected = How many are affected → impact
setting-plain-questions-can-work = Can you work → urgency
setting-cascade = What flows from a parent to its children
setting-cascade-in-progress = Work begins on the children too
setting-cascade-on-hold = Hold reasons that hold the children too
setting-cascade-resolved = Resolution, with its code and notes
setting-cascade-comments = Public comments marked for children
setting-publish-own = Authors may publish their own articles
setting-review-after-days = Days after publication until an article is reviewed
setting-dictionary-choices = Reasons, codes and other choices
setting-dictionary-states = Added states and steps
setting-links-kinds = Kinds of links
setting-roles = Roles and their grants
setting-as-json = The value as programs write it (JSON)
setting-limits-bytes = Bytes of one file at most
setting-limits-at-once = Files at once at most
setting-limits-per-record = Files of one record at most
setting-types-allow = Kinds that are taken (none: all but those below)
setting-types-deny = Kinds that are refused
types-change = Change it on the pages of types and fields
rights-title = Roles and rights
rights-words = Rights are added by roles, and nothing takes one away. A change is shown with what it does before it is made, and can be put back.
rights-change = Change roles, one page for each
rights-role-remove = Remove the role
rights-role-remove-help = A role that was added here can be removed when nobody has it any more. You see first who has.
rights-role = Role
rights-grants = Grants
rights-who = Who has it
rights-add-up = Grants add up; what none opens is closed.
rights-new = A new role
rights-new-do = Begin with it
rights-code = Code
rights-code-help = Small letters, digits and underscores. It is called by its code.
rights-copy = Begin as
rights-copy-nothing = Without grants
rights-add = Add a grant
rights-remove = Take this grant away
rights-types = Records of these types
rights-types-all = All types, those of administration and those to come too
rights-types-none = Tick the types that a grant is for, or all types.
rights-actions = May do this
rights-rows = With which of them
rights-typed = A condition of one's own
rights-typed-label = Condition of one's own
rights-typed-help = As a filter, for example team = my_teams. Counts where the menu says so.
rights-read-fields = Reads which fields
rights-write-fields = Writes which fields
rights-fields-all = all fields
rights-fields-public = public fields
rights-fields-none = no fields
rights-fields-only = only these
rights-fields-names = Names of fields
rights-may-read = Who may read it
rights-may-work = Who may work on it
rights-new-type-help = Without a tick only those see it whose role is about all types. Confidential records stay with those who are named in them. More is said on the page of each role.
rights-users = Who may use it
rights-all-types = All types
rights-administration = Administration
rights-place = { $role }, grant { $position }
rights-reads = reads { $fields }
rights-writes = writes { $fields }
rights-all-records = all records
rights-and = and
rights-or = or
rights-open = neither internal nor confidential
rights-not-confidential = not confidential
rights-reader = they are named in it
rights-named = they asked for it, have it or reported it
rights-me = { $field } is they themselves
rights-my-teams = { $field } is one of theirs
rights-my-organisations = { $field } is theirs or one above it
rights-class = meant for: { $class }
role-code-wrong = The code of a role begins with a small letter and has small letters, digits and underscores.
role-unknown-code = There is no role { $role }.
setting-attachments-limits = How large and how many files
setting-attachments-types = Which files are taken
setting-preview = See what it does
setting-preview-title = What this change does
setting-nothing-differs = Nothing differs from what is in force.
setting-save = Make this change
setting-see = See them
setting-reset = Back to what is delivered
setting-back = Put back what was before
setting-refused = Change these records first; then it can be done.
setting-history = History
setting-history-none = Nobody has changed it.
setting-by-system = The system
setting-first = set for the first time
setting-taken-away = taken away
setting-organisation = In force for
setting-changed-meanwhile = Somebody changed it meanwhile. Look at what is in force now and at what your change does.
setting-no-json = This is no JSON: { $error }
setting-lines-help = One on each line.
setting-json-help = As JSON.
setting-rows-help = An empty row is left out; rows stand in the order of their position.
setting-row = Row { $position }
setting-rows-more = { $count ->
    [one] One more row is not shown and stays as it is.
   *[other] { $count } more rows are not shown and stay as they are.
}
setting-row-new = New row
setting-position = Position
effect-grid = { $count ->
    [0] No open record of { $what } has { $row } and { $column }.
    [one] One open record of { $what } with { $row } and { $column } becomes { $value } at its next change.
   *[other] { $count } open records of { $what } with { $row } and { $column } become { $value } at their next change.
}
effect-row = { $count ->
    [0] Row { $position } fits no record of the last { $days } days.
    [one] Row { $position } fits one record of the last { $days } days.
   *[other] Row { $position } fits { $count } records of the last { $days } days.
}
effect-days = { $count ->
    [0] No record has been resolved for more than { $days } days.
    [one] One record has been resolved for more than { $days } days.
   *[other] { $count } records have been resolved for more than { $days } days.
}
effect-choice-gone = { $count ->
    [0] { $choice } goes; no record has it.
    [one] { $choice } cannot go: one record has it. Take it out of use instead.
   *[other] { $choice } cannot go: { $count } records have it. Take it out of use instead.
}
effect-choice-retired = { $count ->
    [0] { $choice } can no longer be chosen; no record has it.
    [one] { $choice } can no longer be chosen; the one record that has it keeps it.
   *[other] { $choice } can no longer be chosen; the { $count } records that have it keep it.
}
effect-role-gone = { $count ->
    [0] The role { $role } goes; nobody has it.
    [one] The role { $role } cannot go: { $who } has it. Take it back first.
   *[other] The role { $role } cannot go: { $count } assignments have it, among them those of { $who }. Take them back first.
}
effect-role = { $count ->
    [0] The role { $role } differs; nobody has it.
    [one] The role { $role } differs for one assignment.
   *[other] The role { $role } differs for { $count } assignments.
}

# Administration: accounts, links, rights, jobs
admin-accounts = People and accounts
admin-accounts-words = { $count ->
    [one] One person
   *[other] { $count } people
}
admin-machine = Machinery
account-above-own = Only a system administrator changes the account of one.
account-last-administrator = Nobody would be left who administers the system. Give somebody else the role first.
account-closed = The account is closed. Open it first.
account-needs-address = Give the person an e-mail address first: it is what they sign in with.
sign-in-state-none = no login
sign-in-state-invited = no password yet
sign-in-state-open = can sign in
sign-in-state-closed = closed
sign-in-state-left = has left
people-name = Name
people-login = Login or address
people-sign-in = Sign-in
people-new = New person
people-import = Import people
people-find = Name, address or filter
people-find-do = Find
people-next = Next page
people-record = The person's record
people-account = Account
people-account-help = A link sets the password, works once and for three days. Closing an account ends its sessions, tokens and links at once.
people-invite = Make a link that invites them
people-reset = Make a link for a new password
people-open = Open the account
people-close = Close the account
people-link-made = The link is made. It is shown now and never again.
people-link-help = Give it to nobody else. It can be used until
people-roles = Roles
people-roles-within = { $count ->
    [one] within one organisation
   *[other] within { $count } organisations
}
people-roles-change = Give or take roles
people-work = { $count ->
    [one] One open record is assigned to them
   *[other] { $count } open records are assigned to them
}
people-work-all = All of them, to be handed over
people-sessions = Sessions
people-sessions-none = They are signed in nowhere.
people-sessions-end = End all sessions
people-tokens = Tokens
people-tokens-none = They have no tokens.
set-password-title = Set your password
set-password-words = You sign in as { $login }.
set-password-do = Set the password and go in
explain-title = What may they do, and why?
explain-words = Every action and every field, with the grants that open it. Rights are added by roles; nothing takes one away.
explain-person = Person
explain-person-help = Name, e-mail address or id.
explain-type = With records of the type
explain-record = One record
explain-record-help = Its number or id; without one it is told what holds somewhere.
explain-do = Explain
explain-meant = Who is meant?
explain-nobody = There is no such person, or they have left: they may do nothing.
explain-roles = Roles in force today
explain-no-roles = None. Without a role nothing is allowed.
explain-actions = Actions
explain-action = Action
explain-allowed = Allowed
explain-why = Because of
explain-no-grant = no role grants it
explain-some = on some records
explain-within = only within { $names }
explain-not-this = does not hold for this record
explain-not-from-here = allowed, but the record does not stand where this step begins
explain-fields = Fields
explain-read = Read
explain-write = Write
explain-by-rules = rules write it
explain-by-step = a step asks for it
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
mail-state-waiting = Waiting
mail-state-parked = Parked
mail-state-kept = Make nothing
mail-state-taken = Taken
mail-state-discarded = Discarded
mail-sender = From
mail-says = Subject and text
mail-written = Written
mail-came = Came in
mail-what-now = Decide
mail-to-record = Open
mail-person-name = Name of the person
mail-make-person = Make the person and take it
mail-take-as-whom = Take it in the name of
mail-take-as-help = the sender, or somebody’s address
mail-take = Take it
mail-discard = Discard it
mail-discard-sure = The mail and its files go for good
mail-decided = { $who } let it be taken, { $when }
mail-decided-for = { $who } let it be taken in the name of { $whom }, { $when }
mail-take-for-others = Taking a mail in somebody else’s name needs the rights to make for others what mails open, and to comment on it. You may let it be taken as it came, or discard it.
mail-person-has-left = { $name } has left: nothing is taken in their name. Take the mail in the name of somebody who is here, or discard it.
mail-not-found = There is no such mail.
mail-not-parked = This mail is { $state }. Only one that is parked or makes nothing can be decided on.
mail-nobody-has = Nobody has the address { $address }.
mail-take-one-way = Give as or make, not both.
job-state-waiting = Waiting
job-state-running = Running
job-state-done = Done
job-state-dead = Dead
job-state-discarded = Dropped
job-kind = Job
job-error = Last error
job-attempts = Attempts
job-time = When
job-retry = Try again
job-discard = Drop
job-details = Details

# Administration: people from a list
people-import-words = A list as CSV with a line of column names, from the personnel system for example.
people-file = A file
people-csv = Or the list itself
people-csv-help = Columns are named as the fields of people: name, given_name, family_name, email, employee_number, phone, job_title, manager, organisation, location, teams and so on. People are found by employee_number, then by email. An empty cell changes nothing. A column left with yes takes people out. At most { $most } lines.
people-missing = Employees who are not in the list have left
people-missing-help = Only those who have an employee number, or an address where the list has no numbers.
people-try = See what would happen
people-do = Do this
people-do-many = Do this, that many have left
people-would = What would happen
people-done = What has happened
people-created = new
people-changed = changed
people-unchanged = as before
people-left = left
people-refused = refused
people-ignored = These columns mean nothing here: { $names }
people-lines = Lines
people-line = Line
people-what = Outcome
people-why = Remarks
people-not-in-list = Not in the list
people-more = { $count ->
    [one] One more line is not shown.
   *[other] { $count } more lines are not shown.
}
people-unreadable = The list is no CSV.
people-need-key = The list needs a column email or employee_number, so that people are found. Its columns are: { $given }
people-column-twice = The column { $name } says what another column says already.
people-quote-open = The quotation mark that opens in line { $line } never closes, or closes before its cell ends. Nothing of the list was read.
people-cells = This line has { $count } cells, the line of column names has { $columns }.
people-nobody = This line has neither an address nor a number by which somebody could be found.
people-twice = Line { $line } has the same already.
people-missing-unknown = Line { $line } is nobody's, so that it is not known who is missing in the list. Mend it, or take the list over without taking out who is missing.
people-workbook = This is a workbook. Save it as CSV, and choose that file.
people-read-as = The file is no UTF-8 and was read as { $encoding }. Look whether the names are right.
people-meant = { $name }: perhaps { $meant } is meant.
people-nothing = Nothing would change.
people-none = The list holds nobody.
people-too-many = The list has more than { $most } lines. Part it, or use deskwright import.
people-not-oneself = You do not take yourself out.
people-left-unknown = { $given } does not say whether they have left. Yes: { $gone }. No: { $here }, or an empty cell.
people-cannot-leave = There is no step by which this person leaves.
people-many-leave = { $count ->
   *[other] { $count } people would leave: that is much of the house. Look whether the list is whole; if it is, say that so many are meant.
}
people-dry-run = Nothing of this stays.

# Administration: fields, shapes of types, new types
definition-not-own = { $name } came with Deskwright and stays; take it out of the layout instead.
definition-number = Numbers of { $type } need a prefix of two to six capital letters that no other type has, and seven to twelve digits.
setting-dictionary-fields = Names of fields, and fields out of use
setting-dictionary-layouts = What lists and forms show
setting-dictionary-numbers = How numbers look
effect-field-retired = { $count ->
    [0] { $field } goes out of use; no record has a value there.
    [one] { $field } goes out of use; the one record that has a value keeps it.
   *[other] { $field } goes out of use; the { $count } records that have a value keep it.
}
effect-number = { $count ->
    [0] No number of { $what } was given yet.
    [one] One number of { $what } was given already and would no longer be found. The look of numbers is chosen before the first record.
   *[other] { $count } numbers of { $what } were given already and would no longer be found. The look of numbers is chosen before the first record.
}
field-page-name = Name and use
field-page-retired = Out of use
field-page-retired-help = Nobody writes it any more and no form shows it; values that are there stay.
field-page-choices-help = A choice that records have is taken out of use; one that was added and that nobody has can be put back to nothing by the history of the setting.
field-page-active = In use
shape-open = Layout, numbers and states
shape-title = Shape of { $what }
shape-layout = Layout
shape-fields = Fields: { $names }
shape-list = Columns of a list
shape-list-help = One on each line, in their order.
shape-form = Form
shape-form-help = A line in brackets begins a section; its fields follow, one on each line.
shape-create = Asked for when a record is made
shape-create-help = One on each line; none means all fields of the form that may be written.
shape-number = Numbers
shape-number-help = Such as { $example }. This is chosen before the first record is made.
shape-prefix = Letters before the digits
shape-width = Digits at least
shape-state = Add a state
shape-locked = Fields that nobody changes in it
shape-names-help = Names of fields, with commas between.
shape-required = Fields that it asks for
shape-state-help = A state belongs to a phase, which says what it means for work, clocks and reports.
shape-phase = Phase
shape-step = Add a step
shape-step-help = A step leads from one or more states to another; roles name it to allow it.
shape-from = From
shape-to = To
kind-phase-new = New
kind-phase-active = In work
kind-phase-on-hold = On hold
kind-phase-resolved = Resolved
kind-phase-closed = Closed
kind-phase-cancelled = Cancelled
type-new = New type of records
type-new-words = It gets its own table, list, form, rights and API at once. Fields are added afterwards.
type-new-do = Make the type
type-label = What one record is called
type-plural = What many are called
type-prefix-help = Left empty, its records have no numbers.
type-spine = It has
type-journal = People comment on it
type-states-help = One on each line: name, colon, what people read, colon, phase (new, active, on_hold, resolved, closed, cancelled). After that may stand a colon and the fields that the state asks for, with commas between, and a colon and the fields that it locks. The first is where records begin.
type-steps-help = One on each line: name, colon, what people read, colon, from states with commas, >, to.
type-line = This line cannot be read: { $line }

# Administration: branding, links by mail
branding-title = Look
branding-words = Name, colour and picture of this desk, for everybody who sees its pages.
branding-product-help = Left empty, the configured one is used. Mails keep the configured name.
branding-accent-help = Of buttons and links; shades for light and dark follow from it. It must be dark enough that white words on it can be read.
branding-ours = Our colour
branding-logo-help = PNG, JPEG or WebP, at most { $most } KiB; square ones fit best.
branding-kept = The picture that you chose is kept.
branding-no-logo = Take the picture away
branding-change = Change name, colour and picture
setting-branding = Look
setting-branding-product = Name
setting-branding-accent = Colour
setting-branding-logo = Picture
setting-area-settings = This desk
people-mail-link = Mail them the link
notice-link-mailed = The mail with the link is on its way.
link-no-mail = No mails are sent from here. Make a link and give it to them.
forgot-title = Forgot your password?
forgot-words = You get a mail with a link that sets a new one.
forgot-do = Send the link
forgot-sent = If there is an account with this login, a mail with a link is on its way to its address. It can be used for a day.
forgot-no-mail = No mails are sent from here. Ask an administrator for a link.
forgot-back = Back to signing in
mail-link-subject = Your password for { $product }
mail-link-invited = You can sign in to { $product }. Set your password here:
mail-link-forgotten = Somebody asked for a new password for { $product }. Set it here:
mail-link-ends = The link works once, until { $until }.
mail-link-ignore = If this is not for you, there is nothing to do: nothing changes until somebody uses the link.

imports-title = Imports
imports-words = Records from a file: CSV, Excel workbook or JSON Lines. You choose what its columns become, see what would happen, and decide then.
imports-type = What the rows are
imports-file = File
imports-file-help = The first line names the columns. A file may come compressed with Zstandard (.zst).
imports-next = Go on
imports-no-file = Choose a file.
imports-before = Imports so far
imports-none = Nothing was imported here yet.
imports-trial-of = Trial of { $name }
imports-import-of = Import of { $name }
imports-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
imports-state-waiting = Waiting
imports-state-running = At work
imports-state-done = Done
imports-state-cancelled = Stopped
imports-state-stopped = Not possible
imports-state-failed = Failed; see the jobs
imports-at-work = The file is being read
imports-new = What the columns become
imports-map-words = { $name }, rows become: { $what }
imports-columns = Columns of the file
imports-left-out = – left out –
imports-key = Rows are told apart by
imports-key-help = The same value in a later file changes the same record instead of making another one.
imports-key-short = Key
imports-source = Name of the source
imports-source-help = Keys are remembered under it. Give the next file of the same system the same name.
imports-missing = When a row names a record that is not there
imports-missing-reject = Reject the row
imports-missing-empty = Leave the field empty
imports-missing-create = Make the record
imports-try = Try without storing
imports-by-hand = Write the mapping by hand
imports-mapping = Mapping
imports-mapping-help = TOML or JSON, as the guide says under import and export: translated words, dates, event logs and more.
imports-nothing-chosen = Choose a field for at least one column.
imports-sheet = Name of the sheet
imports-would = This would happen. Nothing was stored.
imports-count-rows = read
imports-count-created = new
imports-count-updated = changed
imports-count-unchanged = as they were
imports-count-rejected = rejected
imports-rejected = Rejected lines
imports-look = Worth a look
imports-unused = Columns that become nothing: { $names }
imports-references-empty = { $count ->
    [one] { $count } name of a record was left out, since there is none.
   *[other] { $count } names of records were left out, since there are none.
}
imports-cancel = Stop
imports-change = Change the mapping
imports-do = Import now
import-not-found = There is no such import.
import-file-gone = The file is not here any more. Send it again.
import-no-right = Whoever ordered the import may not import any more.
import-stopped = Somebody stopped the import.
import-one-file = Name one file: upload, a file that was sent ahead, or import, another import.
