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
