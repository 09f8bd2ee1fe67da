## Filter and reading
aggregate-backlog = Ein Rückstand braucht genau eine Zeit zum Gruppieren, deren Abschnitte aufeinander folgen, etwa Tage oder Monate.
aggregate-impossible = { $field } lässt sich so nicht gruppieren oder messen. Wählen Sie ein anderes Feld oder ein anderes Maß.
aggregate-parts = Fragen Sie höchstens { $groups } Gruppen und 1 bis { $measures } Maße ab.
aggregate-range = Ein Zeitraum braucht eine Zeit zum Gruppieren. Geben Sie eine an, oder lassen Sie den Zeitraum weg.
aggregate-start-month = Ein Jahr beginnt in einem Monat von 1 bis 12.
aggregate-too-large = Das ergibt mehr als { $most } Gruppen. Wählen Sie längere Abschnitte, weniger Gruppen oder einen Zeitraum.
aggregate-too-long = Diese Zeiten liegen zu viele Jahre auseinander. Geben Sie einen Zeitraum an.
column-impossible = { $field } kann keine Spalte sein. Wählen Sie ein Feld des Datensatzes selbst.
cursor-expired = Diese Liste hat sich geändert oder war eine andere. Beginnen Sie wieder mit ihrer ersten Seite.
filter-expected-and = „between“ braucht zwei Werte: between 1 and 3 (bei { $place }).
filter-expected-closing = Eine Klammer ist nicht geschlossen, oder ein Komma fehlt (bei { $place }).
filter-expected-condition = Es fehlt eine Bedingung wie priority:1 oder ein gesuchtes Wort (bei { $place }).
filter-expected-list = Hier wird eine Liste von Werten erwartet (bei { $place }).
filter-expected-object = Bei { $place } (# ist der ganze Filter) wird ein Objekt mit all, any oder not erwartet, oder eine Bedingung wie { "{" }"field": "priority", "op": "<=", "value": 2{ "}" }.
filter-expected-two-values = Hier werden zwei Werte erwartet: der erste und der letzte (bei { $place }).
filter-expected-value = Es fehlt ein Wert (bei { $place }). Wenn kein Wert gemeint ist, schreiben Sie „empty“.
filter-not-a-reference = { $field } führt nicht zu einem anderen Datensatz; hinter dem Punkt kann also nichts folgen.
filter-too-deep = Bedingungen sind tiefer als { $most } Ebenen geschachtelt. Schreiben Sie den Filter mit weniger Klammern.
filter-too-long = Ein Filter darf { $most } Bytes haben. Kürzen Sie ihn.
filter-too-many-hops = Ein Pfad darf über { $most } Verweise führen. Kürzen Sie ihn.
filter-too-many-tests = Ein Filter darf { $most } Bedingungen haben. Lassen Sie einige weg.
filter-too-many-values = Eine Liste darf { $most } Werte haben. Lassen Sie einige weg.
filter-two-currencies = Beide Beträge müssen in derselben Währung sein (bei { $place }).
filter-unclosed-quote = Ein Anführungszeichen ist nicht geschlossen (bei { $place }).
filter-unknown-choice = { $value } ist kein Wert von { $field }. { $near ->
    [some] Vielleicht meinen Sie { $proposals }.
   *[none] Wählen Sie einen seiner Werte.
}
filter-unknown-field = { $type } hat kein Feld { $field }. { $near ->
    [some] Vielleicht meinen Sie { $proposals }.
    [elsewhere] Wählen Sie eines seiner Felder.
   *[none] Um nach dem Text selbst zu suchen, setzen Sie ihn in Anführungszeichen.
}
filter-unknown-member = { $member } wird hier nicht erwartet. { $near ->
    [some] Vielleicht meinen Sie { $proposals }.
   *[none] Eine Bedingung hat field, op und value.
}
filter-unknown-operator = { $operator } ist kein Vergleich. { $near ->
    [some] Vielleicht meinen Sie { $proposals }.
   *[none] Wählen Sie einen anderen.
} Es gibt =, !=, <, <=, >, >=, in, not_in, contains, not_contains, starts_with, between, empty und not_empty.
filter-wrong-operator = { $field } ({ $kind }) lässt sich nicht mit { $operator } vergleichen. Lange Texte findet die Suche.
filter-wrong-relative = { $value } ist keine Zeit wie now-2h oder today-7d und weder me noch my_teams.
filter-wrong-value = { $value } passt nicht zu { $field } ({ $kind }). { $near ->
    [some] Vielleicht meinen Sie { $proposals }.
   *[none] { $kind ->
        [instant] Schreiben Sie einen Tag (2026-03-01), einen Zeitpunkt (2026-03-01T09:30:00Z) oder etwas, das mit dem Kalender geht: now-2h, today-7d, last_month, start of week.
        [date] Schreiben Sie einen Tag (2026-03-01) oder etwas, das mit dem Kalender in ganzen Tagen geht: today-7d, last_month, start of week.
        [duration] Schreiben Sie eine Dauer wie 90m, 4h oder PT1H30M.
        [integer] Schreiben Sie eine ganze Zahl.
        [decimal] Schreiben Sie eine Zahl mit einem Punkt und höchstens so vielen Stellen dahinter, wie das Feld hat.
        [money] Schreiben Sie einen Betrag mit seiner Währung, etwa 12.50EUR.
        [boolean] Schreiben Sie yes oder no.
        [reference_list] Schreiben Sie die ID eines Datensatzes, me oder my_teams.
        [reference] Schreiben Sie einen Titel, eine Nummer oder eine ID; me oder my_teams, wo es um Personen oder Teams geht.
       *[other] Schreiben Sie einen Wert dieser Art.
    }
}
page-limit = Eine Seite hat 1 bis { $most } Zeilen.
read-forbidden-field = Sie dürfen { $field } nicht lesen und deshalb auch nicht danach filtern, sortieren oder gruppieren.
read-forbidden-type = Sie dürfen keine Datensätze des Typs { $type } lesen. Fragen Sie die Administration nach dem Recht.
record-not-found = Es gibt keinen Datensatz { $record }, oder Sie dürfen ihn nicht sehen.
sort-impossible = Listen lassen sich nicht nach { $field } sortieren. Wählen Sie ein anderes Feld.
sort-too-many = Eine Liste lässt sich nach höchstens { $most } Feldern sortieren.
