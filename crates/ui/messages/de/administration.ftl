## Administration
admin-title = Administration
admin-words = { $done } von { $all } Punkten der Checkliste sind erledigt.
admin-checklist = Checkliste
admin-where = Wohin möchten Sie?
admin-people = Personen und Rechte
admin-types-words = Typen von Datensätzen mit ihren Feldern und Status; eigene Felder kommen hier hinzu.
setup-done = Erledigt
setup-missing = Fehlt
setup-advice = Empfehlung
setup-open = Öffnen
setup-administrators = { $count ->
    [0] Niemand, der sich anmelden kann, administriert den Desk
    [one] Eine Person, die sich anmelden kann, administriert den Desk
   *[other] { $count } Personen, die sich anmelden können, administrieren den Desk
}
setup-administrators-help = Mit zweien kann eine fehlen, und eine kann die andere wieder hereinlassen.
setup-people = { $count ->
    [one] Eine aktive Person
   *[other] { $count } aktive Personen
}
setup-people-help = Wer etwas anfragt oder daran arbeitet, braucht einen eigenen Datensatz.
setup-teams = { $count ->
    [0] Kein Team
    [one] Ein Team
   *[other] { $count } Teams
}
setup-teams-help = Arbeit wird Teams übergeben; ohne Team liegt sie nirgends.
setup-workers = { $count ->
    [0] Niemand, der sich anmelden kann, darf an Datensätzen arbeiten
    [one] Eine Person, die sich anmelden kann, darf an Datensätzen arbeiten
   *[other] { $count } Personen, die sich anmelden können, dürfen an Datensätzen arbeiten
}
setup-workers-help = Geben Sie allen, die die Arbeit tun, eine Rolle wie Agent.
setup-type = { $what }: { $count }
setup-type-help = Arbeit verweist darauf; ohne sie lässt sich nichts danach ordnen oder finden.
setup-routing = { $what } kommen immer zu einem Team
setup-routing-help = Was weder Service noch Kategorie nennt, liegt in keiner Queue, bis eine letzte Route ohne Bedingungen es aufnimmt.
setup-https = Der Zugang läuft über https
setup-https-local = Nur dieser Rechner erreicht den Server; für alle anderen braucht es https
setup-https-help = Setzen Sie public_url auf eine https-Adresse; sonst sind Passwörter und Sitzungen unterwegs lesbar.
setup-mail-out = Mails werden versendet
setup-mail-out-help = Setzen Sie mail_host in der Konfiguration des Servers; bis dahin erfährt niemand etwas außerhalb dieser Seiten.
setup-mail-in = Ein Postfach wird gelesen
setup-mail-in-help = Setzen Sie mail_in_host in der Konfiguration des Servers, damit Mails Datensätze eröffnen und beantworten.
setup-dead-jobs = { $count ->
    [0] Kein Job ist gescheitert
    [one] Ein Job ist gescheitert
   *[other] { $count } Jobs sind gescheitert
}
setup-dead-jobs-help = Ein gescheiterter Job ist zu oft fehlgeschlagen; was er tun sollte, ist nicht geschehen.
setup-verified = Der Verlauf wurde im letzten Monat geprüft
setup-verified-help = Führen Sie deskwright verify oder POST /api/v1/verify aus, und wiederholen Sie es von Zeit zu Zeit.
admin-types = Typen von Datensätzen
admin-type = Typ
admin-name = Name
admin-fields = Felder
admin-states = Status
admin-state = Status
admin-steps = Schritte von hier
admin-records = Datensätze
admin-open = Liste öffnen
admin-own = eigen
admin-field = Feld
admin-kind = Art
admin-choices = Auswahlwerte
admin-default = Wert neuer Datensätze
admin-default-help = So, wie man ihn eingeben würde; bei einem Auswahlwert der Code.
admin-field-help = Ein Satz unter dem Feld
admin-choices-help = Einer je Zeile: Code, Doppelpunkt, was man liest.
admin-required = Pflicht
admin-unique = eindeutig
admin-required-long = Jeder Datensatz muss einen Wert haben
admin-unique-long = Keine zwei Datensätze dürfen denselben Wert haben
admin-indexed-long = Listen filtern oft danach
admin-internal-long = Nur wer an den Datensätzen arbeitet, sieht es
admin-add = Feld hinzufügen
admin-add-do = Feld hinzufügen
admin-field-label = Was man liest
admin-name-help = Für Filter und Programme: Kleinbuchstaben, Ziffern und _.
admin-target = Führt zu
admin-target-help = Nur bei Verweisen.
kind-text = Text
kind-long-text = Langer Text
kind-integer = Ganze Zahl
kind-decimal = Dezimalzahl
kind-money = Geldbetrag
kind-boolean = Ja oder nein
kind-date = Tag
kind-instant = Zeitpunkt
kind-duration = Dauer
kind-choice = Ein Auswahlwert
kind-multi-choice = Mehrere Auswahlwerte
kind-reference = Anderer Datensatz
kind-reference-list = Mehrere andere Datensätze
kind-email = E-Mail-Adresse
kind-url = Webadresse
kind-json = JSON

# Administration: settings
admin-settings = Einstellungen
admin-settings-words = Jede Änderung zeigt zuerst, was sie bewirkt; festgehalten wird auch, von wem sie ist, und sie lässt sich zurücknehmen.
admin-setting = Einstellung
admin-origin = Gilt
# Administration: accounts, links, rights, jobs
admin-accounts = Personen und Konten
admin-accounts-words = { $count ->
    [one] Eine Person
   *[other] { $count } Personen
}
admin-machine = Technik
set-password-title = Passwort festlegen
set-password-words = Sie melden sich als { $login } an.
set-password-do = Passwort festlegen und anmelden
action-all = Alles
action-all-steps = Jeder Schritt
action-read = Lesen
action-create = Anlegen
action-update = Ändern
action-assign = Übergeben
action-comment = Kommentieren
action-read-notes = Interne Notizen lesen
action-merge = Zusammenführen
action-note-write = Interne Notizen schreiben
action-attach = Dateien anhängen
action-follow = Folgen
action-link = Verknüpfen
action-export = Exportieren
action-bulk = Viele auf einmal ändern
action-history = Verlauf sehen
action-approve = Genehmigen
action-delete = Löschen und wiederherstellen
action-import-history = Mit früheren Zeiten importieren
admin-explain = Rechte erklärt
admin-jobs = Jobs
admin-jobs-words = Was im Hintergrund arbeitet. Ein gescheiterter Job ist zu oft fehlgeschlagen; was er tun sollte, ist nicht geschehen.
admin-jobs-none = Es gibt keine.
admin-mails = Eingegangene Mails
admin-mails-words = Geparkte Mails warten auf eine Entscheidung; sie und alle anderen bleiben, bis jemand sie verwirft. Was übernommen werden soll, ist an der Reihe, wenn das nächste Mal ins Postfach gesehen wird.
admin-mails-none = Es gibt keine.
kind-phase-new = Neu
kind-phase-active = In Arbeit
kind-phase-on-hold = Angehalten
kind-phase-resolved = Gelöst
kind-phase-closed = Geschlossen
kind-phase-cancelled = Abgebrochen
forgot-title = Passwort vergessen?
forgot-words = Sie bekommen eine Mail mit einem Link, der ein neues setzt.
forgot-do = Link senden
forgot-sent = Wenn es ein Konto mit diesem Anmeldenamen gibt, ist eine Mail mit einem Link an dessen Adresse unterwegs. Er gilt einen Tag lang.
forgot-no-mail = Von hier werden keine Mails versendet. Fragen Sie die Administration nach einem Link.
forgot-back = Zurück zur Anmeldung
