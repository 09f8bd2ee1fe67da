## Settings

origin-default = wie ausgeliefert
origin-tenant = überall
setting-area-types = Datensätze und Dateien
setting-area-roles = Rollen
setting-area-knowledge = Wissen
setting-priority-matrix = Prioritätsmatrix
setting-priority-matrix-help = Die Priorität wird aus Auswirkung und Dringlichkeit berechnet. Eine Änderung gilt für Datensätze ab ihrer nächsten Änderung.
setting-vip-raises-urgency = Das Ticket eines VIP ist eine Stufe dringlicher
setting-hold-reasons = Haltegründe
setting-hold-reasons-help = Was jeder Grund verlangt und bewirkt, aus dem Arbeit angehalten wird.
setting-hold-reasons-comment = Verlangt einen Kommentar an die anfragende Person
setting-hold-reasons-reply-resumes = Eine Antwort der anfragenden Person setzt die Arbeit fort
setting-hold-reasons-until = Verlangt eine Zeit, zu der die Arbeit von selbst weitergeht
setting-hold-reasons-needs = Felder, die einen Wert brauchen
setting-hold-reasons-pauses = Uhren, die stillstehen (* für alle)
setting-routing = Routing
setting-routing-help = Die erste passende Route gilt; eine leere Bedingung passt immer. Vorhandene Datensätze bleiben, wo sie sind.
setting-open-tasks = Offene Aufgaben beim Lösen eines Tickets
setting-open-tasks-refuse = Vorher lässt es sich nicht lösen
setting-open-tasks-close-incomplete = Sie enden unerledigt
setting-auto-close-days = Tage von der Lösung bis zum Schließen von selbst
setting-auto-close-days-help = 0 heißt nie.
setting-reopen-days = Tage, in denen es wieder geöffnet werden darf
setting-reopen-days-help = Ab der Lösung gezählt; 0 heißt immer.
setting-plain-questions = Was Antworten im Portal bedeuten
setting-plain-questions-help = Anfragende Personen wählen nie Auswirkung und Dringlichkeit; sie beantworten zwei Fragen.
setting-plain-questions-how-many-affected = Wie viele betroffen sind → Auswirkung
setting-plain-questions-can-work = Ob gearbeitet werden kann → Dringlichkeit
setting-cascade = Was von übergeordneten auf untergeordnete übergeht
setting-cascade-in-progress = Die Arbeit beginnt auch bei den untergeordneten
setting-cascade-on-hold = Haltegründe, die auch die untergeordneten anhalten
setting-cascade-resolved = Lösung, mit Code und Notiz
setting-cascade-comments = Öffentliche Kommentare, die für untergeordnete bestimmt sind
setting-publish-own = Eigene Artikel dürfen selbst veröffentlicht werden
setting-review-after-days = Tage von der Veröffentlichung bis zur Prüfung eines Artikels
setting-dictionary-choices = Gründe, Codes und andere Auswahlwerte
setting-dictionary-states = Hinzugefügte Status und Schritte
setting-links-kinds = Arten von Verknüpfungen
setting-roles = Rollen und ihre Berechtigungen
setting-as-json = Der Wert, wie Programme ihn schreiben (JSON)
setting-limits-bytes = Bytes je Datei (höchstens)
setting-limits-at-once = Dateien auf einmal (höchstens)
setting-limits-per-record = Dateien je Datensatz (höchstens)
setting-types-allow = Angenommene Arten (keine: alle außer den unten genannten)
setting-types-deny = Abgelehnte Arten
setting-attachments-limits = Wie groß und wie viele Dateien
setting-attachments-types = Welche Dateien angenommen werden
setting-preview = Folgen zeigen
setting-preview-title = Was diese Änderung bewirkt
setting-nothing-differs = Nichts weicht von dem ab, was gilt.
setting-save = Änderung übernehmen
setting-see = Ansehen
setting-reset = Auslieferung wiederherstellen
setting-back = Vorigen Wert wiederherstellen
setting-refused = Ändern Sie zuerst diese Datensätze; dann geht es.
setting-history = Verlauf
setting-history-none = Niemand hat sie geändert.
setting-by-system = Das System
setting-first = zum ersten Mal gesetzt
setting-taken-away = entfernt
setting-organisation = Gilt für
setting-changed-meanwhile = Jemand hat sie inzwischen geändert. Sehen Sie nach, was jetzt gilt und was Ihre Änderung bewirkt.
setting-no-json = Das ist kein JSON: { $error }
setting-lines-help = Eines je Zeile.
setting-json-help = Als JSON.
setting-rows-help = Eine leere Zeile entfällt; Zeilen stehen in der Reihenfolge ihrer Position.
setting-row = Zeile { $position }
setting-rows-more = { $count ->
    [one] Eine weitere Zeile wird nicht angezeigt und bleibt, wie sie ist.
   *[other] { $count } weitere Zeilen werden nicht angezeigt und bleiben, wie sie sind.
}
setting-row-new = Neue Zeile
setting-position = Position
effect-grid = { $count ->
    [0] Kein offener Datensatz ({ $what }) hat { $row } und { $column }.
    [one] Ein offener Datensatz ({ $what }) mit { $row } und { $column } erhält { $value } bei seiner nächsten Änderung.
   *[other] { $count } offene Datensätze ({ $what }) mit { $row } und { $column } erhalten { $value } bei ihrer nächsten Änderung.
}
effect-row = { $count ->
    [0] Zeile { $position } passt auf keinen Datensatz der letzten { $days } Tage.
    [one] Zeile { $position } passt auf einen Datensatz der letzten { $days } Tage.
   *[other] Zeile { $position } passt auf { $count } Datensätze der letzten { $days } Tage.
}
effect-days = { $count ->
    [0] Kein Datensatz ist seit mehr als { $days } Tagen gelöst.
    [one] Ein Datensatz ist seit mehr als { $days } Tagen gelöst.
   *[other] { $count } Datensätze sind seit mehr als { $days } Tagen gelöst.
}
effect-choice-no-pairs = { $what } sagt noch nichts über die Auswahl { $choice }: Wer sie wählt, wird abgewiesen, bis ihre Paare dort stehen.
effect-choice-gone = { $count ->
    [0] { $choice } entfällt; kein Datensatz hat den Wert.
    [one] { $choice } kann nicht entfallen: Ein Datensatz hat den Wert. Nehmen Sie ihn stattdessen außer Gebrauch.
   *[other] { $choice } kann nicht entfallen: { $count } Datensätze haben den Wert. Nehmen Sie ihn stattdessen außer Gebrauch.
}
effect-choice-retired = { $count ->
    [0] { $choice } steht nicht mehr zur Wahl; kein Datensatz hat den Wert.
    [one] { $choice } steht nicht mehr zur Wahl; der eine Datensatz mit dem Wert behält ihn.
   *[other] { $choice } steht nicht mehr zur Wahl; die { $count } Datensätze mit dem Wert behalten ihn.
}
effect-role-gone = { $count ->
    [0] Die Rolle { $role } entfällt; niemand hat sie.
    [one] Die Rolle { $role } kann nicht entfallen: { $who } hat sie. Nehmen Sie sie dort zuerst zurück.
   *[other] Die Rolle { $role } kann nicht entfallen: { $count } Zuweisungen haben sie, darunter die von { $who }. Nehmen Sie diese zuerst zurück.
}
effect-role = { $count ->
    [0] Die Rolle { $role } ändert sich; niemand hat sie.
    [one] Die Rolle { $role } ändert sich für eine Zuweisung.
   *[other] Die Rolle { $role } ändert sich für { $count } Zuweisungen.
}
setting-dictionary-fields = Namen von Feldern, und Felder außer Gebrauch
setting-dictionary-layouts = Was Listen und Formulare zeigen
setting-dictionary-numbers = Wie Nummern aussehen
effect-state-asks = { $count ->
    [0] { $state } fragt ab jetzt nach { $field }; jeder Datensatz darin hat das.
    [one] { $state } fragt ab jetzt nach { $field }; einem Datensatz darin fehlt es, seine nächste Änderung muss es nennen.
   *[other] { $state } fragt ab jetzt nach { $field }; { $count } Datensätzen darin fehlt es, ihre nächste Änderung muss es nennen.
}
effect-field-retired = { $count ->
    [0] { $field } geht außer Gebrauch; kein Datensatz hat dort einen Wert.
    [one] { $field } geht außer Gebrauch; der eine Datensatz mit einem Wert behält ihn.
   *[other] { $field } geht außer Gebrauch; die { $count } Datensätze mit einem Wert behalten ihn.
}
effect-number = { $count ->
    [0] Noch wurde keine Nummer vergeben ({ $what }).
    [one] Eine Nummer ({ $what }) ist schon vergeben und wäre nicht mehr zu finden. Das Aussehen von Nummern wird vor dem ersten Datensatz gewählt.
   *[other] { $count } Nummern ({ $what }) sind schon vergeben und wären nicht mehr zu finden. Das Aussehen von Nummern wird vor dem ersten Datensatz gewählt.
}
# Administration: branding, links by mail
branding-title = Aussehen
branding-words = Name, Farbe und Bild dieses Desks, für alle, die seine Seiten sehen.
branding-product-help = Bleibt er leer, gilt der konfigurierte Name. Mails behalten den konfigurierten Namen.
branding-accent-help = Für Buttons und Links; helle und dunkle Töne ergeben sich daraus. Sie muss so dunkel sein, dass weiße Schrift darauf lesbar ist.
branding-ours = Unsere Farbe
branding-logo-help = PNG, JPEG oder WebP, höchstens { $most } KiB; quadratische passen am besten.
branding-kept = Das ausgewählte Bild wird behalten.
branding-no-logo = Bild entfernen
branding-change = Name, Farbe und Bild ändern
setting-branding = Aussehen
setting-branding-product = Name
setting-branding-accent = Farbe
setting-branding-logo = Bild
setting-area-settings = Dieser Desk
