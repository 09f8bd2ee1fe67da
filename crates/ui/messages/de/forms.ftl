## Forms
form-problems = { $count ->
    [one] Eine Angabe ist noch zu prüfen
   *[other] { $count } Angaben sind noch zu prüfen
}
form-optional = optional
form-choose-nothing = nichts ausgewählt
form-save = Speichern
form-cancel = Abbrechen
form-assign = Zuweisen
form-create = { $what } anlegen
form-help-duration = Zum Beispiel 1h 30m.
form-help-money = Zum Beispiel 12.50 EUR.
form-help-typed = Nummer, ganzer Name oder E-Mail-Adresse.
form-help-any-record = Die Nummer eines Datensatzes, zum Beispiel die in seiner Adresse.
edit-title = { $name } bearbeiten
assign-title = { $name } zuweisen
reference-not-found = Nichts heißt „{ $text }“. Geben Sie den ganzen Namen, die Nummer oder die E-Mail-Adresse ein.
reference-ambiguous = Mehrere heißen „{ $text }“. Geben Sie die Nummer oder die E-Mail-Adresse ein.
