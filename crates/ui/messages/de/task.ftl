## Task
task = Aufgabe
task-plural = Aufgaben
task-assignee-change-count = Personenwechsel
task-close-notes = Abschlussnotiz
task-closed-at = Geschlossen
task-closed-by = Geschlossen von
task-depends-on = Hängt ab von
task-description = Beschreibung
task-order = Reihenfolge
task-parent = Gehört zu
task-reassignment-count = Teamwechsel
task-started-at = Begonnen
task-state-closed-complete = Erledigt
task-state-closed-incomplete = Unerledigt
task-state-closed-skipped = Übersprungen
task-state-in-progress = In Arbeit
task-state-open = Offen
task-time-worked = Arbeitszeit (Min.)
task-transition-close-incomplete = Unerledigt schließen
task-transition-complete = Erledigen
task-transition-reopen = Wieder öffnen
task-transition-skip = Überspringen
task-transition-start = Beginnen
task-waits-for-others = Eine Aufgabe, von der sie abhängt, ist noch offen.
why-access-of-parent = Wer sie lesen darf, folgt aus dem Datensatz, zu dem sie gehört.
why-work-began = Da hat die Arbeit begonnen.
why-organisation-of-parent = Sie gehört zur Organisation des Datensatzes, für den sie da ist.

versions-come = Neu:
versions-compare = Vergleichen
versions-from = Von
versions-gone = Entfallen:
versions-none = Von den Texten gibt es bisher nur eine Version.
versions-of = Versionen von { $name }
versions-same = Diese beiden Versionen sagen dasselbe
versions-skipped = { $count ->
    [one] Eine gleiche Zeile
   *[other] { $count } gleiche Zeilen
}
versions-title = Versionen
versions-to = Bis
versions-version = { $number } · { $at } · { $name }
