## Search
search-title = Suche
search-for = Nach „{ $term }“ suchen
search-words = Wörter, eine Nummer oder Filter
search-help = Wörter, "ganze Wendungen", -ohne, dies or das, eine Nummer wie INC1234; dazwischen Filter: state:open, type:incident, team:"Service Desk".
search-words-portal = Worum geht es?
search-help-portal = Schreiben Sie in eigenen Worten, worum es geht, oder die Nummer einer Anfrage.
search-everything = In allem suchen, was Sie lesen dürfen
search-everything-help = Titel und Texte, Kommentare, Artikel, Personen, Teams und Services. Treffer erscheinen, während Sie tippen.
search-types = Arten von Treffern
search-all-types = Alle
search-count = { $count ->
    [one] Ein Treffer.
   *[other] { $count } Treffer.
}
search-capped = Mehr als { $count } Treffer.
search-newest = Die neuesten stehen vorn.
search-first = Erste Seite
search-all = Alle Treffer für „{ $term }“
search-nothing = Nichts gefunden für „{ $term }“
search-empty = Hier gibt es noch nichts zu lesen.
search-nothing-help = Lassen Sie ein Wort weg, prüfen Sie die Schreibweise, oder schreiben Sie nur den Anfang mit einem Stern: druck*.
search-from-comment = Kommentar:
search-from-file = Datei:
search-from-note = Interne Notiz:
search-needs-type = Nur manche Arten von Datensätzen haben { $names }; deshalb wurde danach als Wörter gesucht. Wählen Sie einen Typ aus, oder lassen Sie die Bedingung weg.
search-similar = Ähnliche
search-similar-to = Ähnlich wie „{ $name }“
search-similar-none = Nichts, was Sie lesen dürfen, ist ähnlich.
search-may-help = Das könnte helfen
search-too-long = Eine Suche darf { $most } Zeichen haben. Lassen Sie einige weg.
search-too-deep = Klammern dürfen { $most } Ebenen tief ineinander stehen. Schreiben Sie die Suche mit weniger.
search-too-many-words = Eine Suche darf { $most } Wörter haben. Lassen Sie einige weg.
