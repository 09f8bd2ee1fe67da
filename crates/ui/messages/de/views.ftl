## Saved views
why-access-of-view = Wer sie sehen darf, folgt aus ihrer Zielgruppe.
why-no-team-of-view = Nur eine Ansicht für ein Team hat ein Team.
why-owner-of-view = Sie gehört der Person, die sie speichert.

saved-view = Gespeicherte Ansicht
saved-view-plural = Gespeicherte Ansichten
saved-view-owner = Eigentum von
saved-view-listed-type = Listet auf
saved-view-filter = Filter
saved-view-sort = Sortierung
saved-view-columns = Spalten
saved-view-group-by = Gruppiert nach
saved-view-audience = Für
saved-view-audience-personal = Nur ich
saved-view-audience-team = Mein Team
saved-view-audience-shared = Alle
saved-view-team-missing = Wählen Sie das Team aus, das diese Ansicht bekommt.
saved-view-field-unknown = Es gibt hier kein Feld { $field }. Feldnamen stehen mit Kommas dazwischen.
section-shows = Was sie zeigt
role-above-own = Diese Rolle gibt und nimmt nur die Systemadministration.
role-unknown = Es gibt keine Rolle { $role }. Es gibt: { $known }.

## Places, views and the first page
place-desk = Desk
place-portal = Portal
place-admin = Admin
area-knowledge-article = Wissen
nav-my-work = Meine Arbeit
nav-work = Arbeit
nav-texts = Texte
nav-data = Personen, Orte, Services
view-open = Offen
view-mine = Mir zugewiesen
view-team = Meine Teams
view-nobody = Niemandem zugewiesen
view-hold = Angehalten
view-all = Alle
greeting-morning = Guten Morgen, { $name }
greeting-day = Guten Tag, { $name }
greeting-evening = Guten Abend, { $name }
home-title = Desk
home-mine = mir zugewiesen
home-nobody = meiner Teams, noch niemandem zugewiesen
home-no-team = ohne Team
home-no-team-title = Ohne Team, in keiner Queue
home-missing = { $count ->
    [one] Ein Punkt der Einrichtung fehlt.
   *[other] { $count } Punkte der Einrichtung fehlen.
}
home-nobody-title = Meiner Teams, niemandem zugewiesen
home-nothing = Hier wartet nichts
home-recent = Zuletzt geändert
home-recent-none = Noch hat sich nichts geändert
home-all = Alle { $count }
new-title = Was möchten Sie anlegen?
