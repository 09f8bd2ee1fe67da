## Incident
incident = Incident
incident-plural = Incidents
incident-affected = Betroffene Person
incident-answered = Beantwortet
incident-assignee-change-count = Personenwechsel
incident-caller = Gemeldet von
incident-can-work = Können Sie arbeiten?
incident-can-work-no = Nein
incident-can-work-partly = Eingeschränkt
incident-can-work-yes = Ja
incident-category = Kategorie
incident-channel = Kanal
incident-channel-api = Programm
incident-channel-chat = Chat
incident-channel-email = E-Mail
incident-channel-monitoring = Monitoring
incident-channel-phone = Telefon
incident-channel-portal = Portal
incident-channel-walk-up = Persönlich
incident-close-notes = Lösungsnotiz
incident-closed-at = Geschlossen
incident-closed-by = Geschlossen von
incident-description = Beschreibung
incident-first-contact-resolution = Beim Erstkontakt gelöst
incident-first-resolved-at = Erstmals gelöst
incident-first-responded-at = Erste Antwort
incident-hold-reason = Haltegrund
incident-hold-reason-change = Change
incident-hold-reason-problem = Problem
incident-hold-reason-requester = Rückfrage
incident-hold-reason-scheduled = Geplant
incident-hold-reason-vendor = Lieferant
incident-hold-until = Angehalten bis
incident-how-many-affected = Wie viele sind betroffen?
incident-how-many-affected-many = Viele Teams
incident-how-many-affected-my-team = Mein Team
incident-how-many-affected-only-me = Nur ich
incident-impact = Auswirkung
incident-impact-1 = Hoch
incident-impact-2 = Mittel
incident-impact-3 = Niedrig
incident-location = Standort
incident-major = Major Incident
incident-major-accepted = Angenommen
incident-major-demoted = Zurückgestuft
incident-major-none = Nein
incident-major-proposed = Vorgeschlagen
incident-opened-by = Erfasst von
incident-override-by = Priorität gesetzt von
incident-override-reason = Grund der Priorität
incident-override-until = Priorität gesetzt bis
incident-parent = Übergeordneter Incident
incident-priority-1 = 1 Kritisch
incident-priority-2 = 2 Hoch
incident-priority-3 = 3 Mittel
incident-priority-4 = 4 Niedrig
incident-priority-5 = 5 Planung
incident-priority-override = Gesetzte Priorität
incident-reassignment-count = Teamwechsel
incident-reopen-count = Wiedereröffnungen
incident-resolution-code = Lösungscode
incident-resolution-code-duplicate = Duplikat
incident-resolution-code-known-error = Known Error
incident-resolution-code-resolved-by-caller = Selbst gelöst
incident-resolution-code-resolved-by-change = Durch Change gelöst
incident-resolution-code-resolved-by-problem = Durch Problem gelöst
incident-resolution-code-solution-provided = Lösung bereitgestellt
incident-resolution-code-user-error = Bedienfehler
incident-resolution-code-workaround-provided = Workaround bereitgestellt
incident-resolved-at = Gelöst
incident-resolved-by = Gelöst von
incident-service = Service
incident-split-from = Abgetrennt von
incident-state-cancelled = Abgebrochen
incident-state-closed = Geschlossen
incident-state-in-progress = In Arbeit
incident-state-new = Neu
incident-state-on-hold = Angehalten
incident-state-resolved = Gelöst
incident-subcategory = Unterkategorie
incident-time-worked = Arbeitszeit (Min.)
incident-transition-cancel = Incident abbrechen
incident-transition-close = Schließen
incident-continues = Setzt fort
incident-converted-into = Umgewandelt in
incident-merged-into = Zusammengeführt mit
incident-transition-convert = In Anfrage umwandeln
incident-transition-merge = Zusammenführen
incident-transition-unmerge = Zusammenführung aufheben
incident-transition-hold = Anhalten
incident-transition-reopen = Wieder öffnen
incident-transition-reopen-closed = Geschlossenen Incident wieder öffnen
incident-transition-resolve = Lösen
incident-transition-resume = Fortsetzen
incident-transition-start = Beginnen
incident-urgency = Dringlichkeit
incident-urgency-1 = Hoch
incident-urgency-2 = Mittel
incident-urgency-3 = Niedrig
incident-vendor-reference = Nummer beim Lieferanten
assignee-has-left = Diese Person ist ausgeschieden. Wählen Sie eine aus, die noch da ist.
category-for-other-type = Diese Kategorie ist für Datensätze eines anderen Typs.
category-not-in-use = Diese Kategorie ist nicht mehr in Gebrauch. Wählen Sie eine andere aus.
hold-needs-link = Verknüpfen Sie zuerst, worauf gewartet wird: { $kinds }.
hold-needs-comment = Teilen Sie der anfragenden Person in einem öffentlichen Kommentar mit, was Sie brauchen.
hold-needs-field = Dieser Haltegrund braucht hier einen Wert.
hold-needs-reason = Geben Sie an, worauf die Arbeit wartet.
hold-needs-until = Geben Sie an, wann es weitergeht.
ticket-has-open-tasks = { $count ->
    [one] Eine Aufgabe ist noch offen. Schließen Sie sie zuerst.
   *[other] { $count } Aufgaben sind noch offen. Schließen Sie sie zuerst.
}
major-needs-approver = Einen Major Incident annehmen oder zurückstufen kann nur, wer genehmigen darf.
major-step = Dieser Schritt geht von hier aus nicht: zuerst vorschlagen, dann annehmen, dann zurückstufen.
must-not-lie-ahead = Wählen Sie einen Zeitpunkt, der nicht in der Zukunft liegt.
must-lie-ahead = Wählen Sie einen Zeitpunkt, der in der Zukunft liegt.
merge-into-closed = Das Ziel ist abgeschlossen. Führen Sie mit einem offenen Ticket zusammen, oder öffnen Sie das Ziel zuerst wieder.
merge-into-gone = Das Ziel geht selbst anderswo weiter. Führen Sie mit dem Ticket zusammen, in dem es weitergeht.
unmerge-not-merged = Es wurde nicht mit einem anderen zusammengeführt.
unmerge-from-gone = Das Ticket, mit dem es zusammengeführt wurde, geht selbst anderswo weiter. Nehmen Sie das zuerst zurück.
unmerge-from-closed = Das Ticket, mit dem es zusammengeführt wurde, ist abgeschlossen. Öffnen Sie es zuerst wieder.
merge-into-itself = Ein Ticket lässt sich nicht mit sich selbst zusammenführen. Wählen Sie ein anderes.
outside-the-matrix = Die Prioritätsmatrix hat keine solche Stufe.
override-needs-reason = Geben Sie an, warum die Priorität von der Matrix abweicht.
parent-has-children = Dieser Incident hat selbst untergeordnete. Es gibt nur zwei Ebenen.
parent-is-child = Jener Incident ist selbst untergeordnet. Wählen Sie den ihm übergeordneten.
priority-out-of-range = Wählen Sie eine Priorität von 1 bis 5.
reopen-too-late = Die Lösung ist mehr als { $days } Tage her. Melden Sie einen neuen Incident.
requester-has-left = Diese Person ist ausgeschieden. Wählen Sie eine aus, die noch da ist.
service-is-retired = Dieser Service ist stillgelegt. Wählen Sie einen anderen aus.
subcategory-elsewhere = Diese Unterkategorie gehört zu einer anderen Kategorie.
tree-cycle = Ein Datensatz kann nicht über sich selbst stehen.
why-answered-at-once = Es wurde während eines Anrufs oder Besuchs erfasst; damit ist es sofort beantwortet.
why-as-where-it-was = wie dort, wo es abgetrennt wurde
why-affected-is-requester = Niemand sonst wurde als betroffen genannt.
why-unmerged = Die Zusammenführung wurde aufgehoben.
why-answer-of-requester = Die anfragende Person hat „{ $answer }“ geantwortet; das ergibt diesen Wert nach der Einstellung { $from ->
    [default] im Auslieferungszustand
    [tenant] für das ganze Haus
    [organisation] für { $whose }
   *[other] in der geltenden Fassung
}.
why-category-changed = Die Kategorie hat sich geändert.
why-category-of-subcategory = Die Unterkategorie gehört zu dieser Kategorie.
why-channel = Es kam auf diesem Weg.
why-closed-by = Wer es schließt, wird festgehalten.
why-closed-now = Da wurde es geschlossen.
why-first-contact = Wer es erfasst hat, hat es auch gelöst, ohne Teamwechsel.
why-first-resolved = Da wurde es zum ersten Mal gelöst.
why-first-response = Das erste öffentliche Wort von jemand anderem als der anfragenden Person.
why-handed-over = Es wurde jemand anderem übergeben.
why-hold-begins = Niemand hat geantwortet, seit es aus diesem Grund angehalten ist.
why-location-of-affected = Die betroffene Person ist meist dort.
why-mildest = Noch hat niemand etwas angegeben; es gilt die mildeste Stufe.
why-no-first-contact = Gelöst hat es jemand anderes als erfasst, oder es hat das Team gewechselt, oder es wurde wieder geöffnet.
why-no-override = Keine Priorität ist über die Matrix hinweg gesetzt.
why-no-priority = Auswirkung und Dringlichkeit ergeben keine Priorität.
why-not-on-hold = Es ist nicht angehalten.
why-open-again = Es ist wieder offen.
why-opened-by = Wer es erfasst hat, wird festgehalten.
why-organisation-of-requester = Die anfragende Person gehört zu dieser Organisation.
why-organisation-of-service = Der Service gehört zu dieser Organisation.
why-override-by = Wer eine Priorität über die Matrix hinweg setzt, wird festgehalten.
why-override-over = Die Zeit, für die die Priorität gesetzt war, ist vorbei.
why-priority-matrix = Die Matrix { $from ->
    [default] im Auslieferungszustand
    [tenant] für das ganze Haus
    [organisation] für { $whose }
   *[other] in der geltenden Fassung
} ergibt das aus Auswirkung { $impact } und Dringlichkeit { $urgency }.
why-priority-override = P{ $priority }, gesetzt von { $who }; die Matrix { $from ->
    [default] im Auslieferungszustand
    [tenant] für das ganze Haus
    [organisation] für { $whose }
   *[other] in der geltenden Fassung
} ergibt { $matrix ->
    [none] nichts
   *[other] P{ $matrix }
}.
why-reopened = Es wurde wieder geöffnet.
why-reopened-alone = Wird ein untergeordnetes wieder geöffnet, geht es seinen eigenen Weg.
why-requester-is-actor = Wer es meldet, ist die anfragende Person.
why-requester-replied = Die anfragende Person hat geantwortet.
why-resolved-by = Wer es löst, wird festgehalten.
why-resolved-now = Da wurde es gelöst.
why-routing-rule = Regel { $rule } des Routings { $from ->
    [default] im Auslieferungszustand
    [tenant] für das ganze Haus
    [organisation] für { $whose }
   *[other] in der geltenden Fassung
} passt.
why-team-changed = Das Team hat gewechselt; damit ist es niemandem mehr zugewiesen.
why-team-of-category = Die Kategorie nennt dieses Team.
why-team-of-service = Dieses Team betreut den Service.
why-time-worked = Ein Kommentar hat { $minutes } { $minutes ->
    [one] Minute
   *[other] Minuten
} Arbeitszeit gemeldet.
why-vip = Ein VIP ist betroffen.
