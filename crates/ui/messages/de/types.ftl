## Fields that every record has
field-access = Zugriff
field-assignee = Zugewiesen an
field-created-at = Angelegt
field-due-at = Fällig
field-name = Name
field-number = Nummer
field-open = Offen
field-opened-at = Eröffnet
field-organisation = Organisation
field-priority = Priorität
field-requester = Angefragt von
field-state = Status
field-team = Team
field-title = Titel
field-updated-at = Geändert
field-version = Version
section-details = Einzelheiten

## Sections of forms
section-absence = Abwesenheit
section-assignment = Zuweisung
section-closing = Abschluss
section-contact = Kontakt
section-employment = Beschäftigung
section-general = Allgemein
section-hold = Angehalten
section-measures = Kennzahlen
section-outcome = Ergebnis
section-people = Personen
section-place = Ort
section-priority = Priorität
section-resolution = Lösung
section-revisions = Fassungen
section-text = Text
section-times = Zeiten

field-page-name = Name und Verwendung
field-page-retired = Außer Gebrauch
field-page-retired-help = Niemand schreibt es mehr, und kein Formular zeigt es; vorhandene Werte bleiben.
field-page-choices-help = Ein Auswahlwert, den Datensätze haben, wird außer Gebrauch genommen; einen hinzugefügten, den nichts hat, lässt der Verlauf der Einstellung wieder verschwinden.
field-page-active = In Gebrauch
