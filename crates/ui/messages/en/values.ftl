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
