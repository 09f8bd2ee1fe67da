## Values
value-nobody = niemand
value-none = leer
value-not-written = nichts geschrieben
value-not-known = nicht bekannt
value-no-target = kein Ziel
value-no-title = Ohne Titel
value-hidden = für Sie nicht sichtbar
value-yes = Ja
access-public = Alle
access-internal = Intern
access-confidential = Vertraulich
access-organisation = Nur die Organisation
access-team = Nur das Team
value-no = Nein
time-now = jetzt
time-minutes = { $count } Min.
time-hours = { $count } Std.
time-days = { $count } Tg.
time-ahead = in { $time }
time-date = { $day }. { $month } { $year }
time-date-short = { $day }. { $month }
time-day-and-time = { $day }, { $time }
time-absolute = { $weekday }, { $day }, { $time }
time-length-days = { $count } Tg.
time-length-hours = { $count } Std.
time-length-minutes = { $count } Min.
time-length-seconds = { $count } Sek.
time-month = { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[other] Dez.
}
time-weekday = { $weekday ->
    [1] Mo
    [2] Di
    [3] Mi
    [4] Do
    [5] Fr
    [6] Sa
   *[other] So
}
