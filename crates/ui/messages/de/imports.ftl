## Imports

imports-title = Importe
imports-words = Datensätze aus einer Datei: CSV, Excel-Arbeitsmappe oder JSON Lines. Sie wählen, was aus den Spalten wird, sehen, was geschehen würde, und entscheiden dann.
imports-type = Was die Zeilen sind
imports-file = Datei
imports-file-help = Die erste Zeile nennt die Spalten. Eine Datei darf mit Zstandard komprimiert sein (.zst).
imports-next = Weiter
imports-no-file = Wählen Sie eine Datei aus.
imports-before = Bisherige Importe
imports-none = Hier wurde noch nichts importiert.
imports-trial-of = Probelauf von { $name }
imports-import-of = Import von { $name }
imports-rows = { $count ->
    [one] { $count } Zeile
   *[other] { $count } Zeilen
}
imports-state-waiting = Wartet
imports-state-running = Läuft
imports-state-done = Fertig
imports-state-cancelled = Gestoppt
imports-state-stopped = Nicht möglich
imports-state-failed = Gescheitert; siehe Jobs
imports-at-work = Die Datei wird gelesen
imports-new = Was aus den Spalten wird
imports-map-words = { $name }, Zeilen werden zu: { $what }
imports-columns = Spalten der Datei
imports-left-out = – weggelassen –
imports-then = und dann
imports-then-nothing = – nichts weiter –
imports-key = Zeilen unterscheiden nach
imports-key-help = Derselbe Wert in einer späteren Datei ändert denselben Datensatz, statt einen weiteren anzulegen.
imports-key-short = Schlüssel
imports-source = Name der Quelle
imports-source-help = Darunter werden Schlüssel gemerkt. Geben Sie der nächsten Datei desselben Systems denselben Namen.
imports-missing = Wenn eine Zeile einen fehlenden Datensatz nennt
imports-missing-reject = Zeile abweisen
imports-missing-empty = Feld leer lassen
imports-missing-create = Datensatz anlegen
imports-try = Probelauf ohne Speichern
imports-by-hand = Zuordnung von Hand schreiben
imports-mapping = Zuordnung
imports-mapping-help = TOML oder JSON, wie im Handbuch unter Import und Export: übersetzte Wörter, Tage, Ereignisprotokolle und mehr.
imports-nothing-chosen = Wählen Sie für mindestens eine Spalte ein Feld aus.
imports-sheet = Name des Tabellenblatts
imports-would = Das würde geschehen. Nichts wurde gespeichert.
imports-count-rows = gelesen
imports-count-created = neu
imports-count-updated = geändert
imports-count-unchanged = wie bisher
imports-count-rejected = abgewiesen
imports-rejected = Abgewiesene Zeilen
imports-look = Einen Blick wert
imports-unused = Spalten, aus denen nichts wird: { $names }
imports-references-empty = { $count ->
    [one] { $count } Name eines Datensatzes wurde weggelassen, weil es den Datensatz nicht gibt.
   *[other] { $count } Namen von Datensätzen wurden weggelassen, weil es die Datensätze nicht gibt.
}
imports-cancel = Stoppen
imports-change = Zuordnung ändern
imports-do = Jetzt importieren
import-not-found = Diesen Import gibt es nicht.
import-file-gone = Die Datei ist nicht mehr hier. Senden Sie sie noch einmal.
import-no-right = Wer den Import bestellt hat, darf nicht mehr importieren.
import-stopped = Jemand hat den Import gestoppt.
import-one-file = Nennen Sie eine Datei: upload, eine vorab gesendete Datei, oder import, ein anderer Import.
