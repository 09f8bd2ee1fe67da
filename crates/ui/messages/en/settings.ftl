## Settings

origin-default = as delivered
origin-tenant = everywhere
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
effect-choice-no-pairs = { $what } says nothing of the choice { $choice } yet: whoever chooses it is refused until its pairs are added there.
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
setting-dictionary-fields = Names of fields, and fields out of use
setting-dictionary-layouts = What lists and forms show
setting-dictionary-numbers = How numbers look
effect-state-asks = { $count ->
    [0] { $state } asks for { $field } from now on; every record in it has that.
    [one] { $state } asks for { $field } from now on; one record in it has none, and its next change must give it.
   *[other] { $state } asks for { $field } from now on; { $count } records in it have none, and their next change must give it.
}
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
