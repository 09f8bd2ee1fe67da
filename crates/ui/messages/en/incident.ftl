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
