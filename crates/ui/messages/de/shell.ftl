### Complete: whatever English says is said here as well.

# Words that hold in every room. One word per concept:
#
# record Datensatz · incident Incident (portal: Störung) · request Anfrage · task Aufgabe · interaction Interaktion
# knowledge article Wissensartikel, article Artikel · service Service · category Kategorie · team Team · location Standort
# requester die anfragende Person (label: Angefragt von; on an incident, where English says caller: Gemeldet von)
# affected betroffen · opened by Erfasst von · assignee Zugewiesen an · nobody niemand · assign zuweisen · hand over übergeben
# priority Priorität · impact Auswirkung · urgency Dringlichkeit · major incident Major Incident
# state Status · step, transition Schritt · phase Phase · on hold Angehalten, hold reason Haltegrund · resume Fortsetzen
# in progress In Arbeit · resolved Gelöst · fulfilled Erfüllt · closed Geschlossen · cancelled Abgebrochen · reopen Wieder öffnen
# merge zusammenführen · convert umwandeln · split off abtrennen · parent übergeordnet, child untergeordnet
# comment Kommentar · private note interne Notiz · reply Antwort · follower Follower · history Verlauf · link Verknüpfung
# notification Benachrichtigung · view Ansicht · field Feld · type Typ · setting Einstellung · layout Layout
# right Recht · role Rolle · grant Berechtigung · ask an administrator: Fragen Sie die Administration
# sign in anmelden · login Anmeldename · account Konto · session Sitzung · has left ist ausgeschieden · tenant Mandant
# create anlegen (not erstellen) · add hinzufügen · take away entfernen · discard verwerfen · take back zurücknehmen
# retired Stillgelegt, of an article Zurückgezogen · revision Fassung · review Prüfung · supplier Lieferant
# mail Mail, in labels E-Mail, E-Mail-Adresse · job Job, dead gescheitert · mapping Zuordnung · workbook Arbeitsmappe
# dry run, trial Probelauf · instant Zeitpunkt · length of time Dauer · choice Auswahlwert · code Code
#
# People are Sie and have no gender: a person, a role or a team, never Benutzer or Melder. Buttons are infinitives.

## The shell around every page

shell-skip = Zum Inhalt springen
shell-home = Startseite von { $product }
shell-areas = Bereiche
shell-navigation = Navigation
shell-open-navigation = Navigation öffnen
shell-you-are-in = Sie sind hier
shell-main = Hauptmenü
shell-search-everywhere = Überall suchen
shell-search = Datensätze, Personen und Artikel suchen
shell-theme = Zwischen hell und dunkel wechseln
shell-account-of = { $name }, Ihr Konto
shell-account = Ihr Konto
shell-sign-out = Abmelden
shell-sign-in = Anmelden
shell-dismiss = Ausblenden
shell-close = Schließen
shell-all-keys = alle Tasten

## The places at the foot of a phone

place-queue = Queue
place-search = Suche
place-new = Neu
place-mine = Meine Arbeit
place-me = Ich

## The sheet of keys

keys-title = Tasten
keys-everywhere = Überall
keys-list = Listen
keys-record = Datensätze
keys-filter = suchen oder filtern
keys-create = anlegen
keys-go-home = zur Startseite
keys-show = diese Übersicht zeigen
keys-back = einen Schritt zurück
keys-move = nach unten, nach oben
keys-open = öffnen
keys-select = auswählen
keys-reply = antworten
keys-note = interne Notiz
keys-resolve = lösen
keys-send = senden
