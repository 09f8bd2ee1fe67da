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
expected-references = Enter a list of ids of records.
expected-text = Enter text.
expected-url = Enter a web address that begins with https:// or http://.
json-too-deep = Nest the JSON at most { $most } levels deep.
text-has-line-ends = Enter one line, without line ends.
text-has-nul = Remove the character U+0000 from the text.
text-too-long = Shorten the text to at most { $most } characters.
too-many-members = Enter at most { $most } values.

## What the door refuses
busy-try-again = The server is busy. Try again in a moment.
change-names-no-record = Name the record that is to be changed.
conflict-version = Somebody changed this record meanwhile; it is now at version { $version }. Read it again, then repeat your change.
definition-refused = This definition does not fit: { $because }.
definition-unknown-kind = { $kind } is no kind of field. Use text, long_text, integer, decimal, money, boolean, date, instant, duration, choice, multi_choice, reference, reference_list, email, url or json.
definition-unknown-phase = { $phase } is no phase. Use new, active, on_hold, resolved, closed or cancelled.
forbidden-action = You may not do this ({ $action }) with this { $type }. Ask an administrator for the right.
forbidden-area = You may not administer { $area }. Ask an administrator for the right.
imported-choice = { $field }: the unknown code { $code } was kept as an inactive choice.
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
setting-unknown = There is no setting { $key }.
setting-unreadable = The value does not fit the setting { $key }: { $error }.
transition-not-from-here = { $transition } is not possible in the state { $state }.
transition-unknown = There is no transition { $transition }.
type-unknown = There is no record type { $type }.
unit-too-large = At most { $most } changes may be made at once. Split the work.

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
