## Mails

mail-received = Ihre Anfrage ist bei uns angekommen; wir kümmern uns darum. Ihre Nummer ist { $number }.
mail-answered = { $author } hat zu { $number } geschrieben.
mail-mentioned = { $author } hat Sie in { $number } erwähnt.
mail-resolved = { $author } hat { $number } als erledigt gekennzeichnet.
mail-assigned = { $author } hat Ihnen { $number } zugewiesen.
mail-open = { $number } öffnen
mail-in-no-subject = Mail ohne Betreff
mail-in-taken-by = übernommen von { $who } im Namen von { $whom }
mail-in-files-not-taken = Diese Dateien der Mail wurden nicht übernommen. Sie stehen in der Mail, wie sie kam (mail.eml):

    { $files }
mail-answers-are-read = Antworten Sie auf diese Mail, um allen Beteiligten zu schreiben. Lassen Sie { $number } im Betreff stehen.
mail-answers-are-not-read = Antworten auf diese Mail werden nicht gelesen. Benutzen Sie den Link.
mail-state-waiting = Wartet
mail-state-parked = Geparkt
mail-state-kept = Bewirkt nichts
mail-state-taken = Übernommen
mail-state-discarded = Verworfen
mail-sender = Von
mail-says = Betreff und Text
mail-written = Geschrieben
mail-came = Eingegangen
mail-what-now = Entscheiden
mail-to-record = Öffnen
mail-person-name = Name der Person
mail-make-person = Person anlegen und übernehmen
mail-take-as-whom = Übernehmen im Namen von
mail-take-as-help = Absender oder eine Adresse von jemandem
mail-take = Übernehmen
mail-discard = Verwerfen
mail-discard-sure = Die Mail und ihre Dateien gehen endgültig verloren
mail-decided = Übernommen durch { $who }, { $when }
mail-decided-for = Übernommen durch { $who } im Namen von { $whom }, { $when }
mail-take-for-others = Wer eine Mail im Namen von jemand anderem übernimmt, braucht die Rechte, für andere anzulegen, was Mails eröffnen, und es zu kommentieren. Sie können sie übernehmen lassen, wie sie kam, oder verwerfen.
mail-person-has-left = { $name } ist ausgeschieden: In diesem Namen wird nichts übernommen. Übernehmen Sie die Mail im Namen von jemandem, der noch da ist, oder verwerfen Sie sie.
mail-not-found = Diese Mail gibt es nicht.
mail-not-parked = Diese Mail ist { $state }. Nur über eine, die geparkt ist oder nichts bewirkt, lässt sich entscheiden.
mail-nobody-has = Niemand hat die Adresse { $address }.
mail-take-one-way = Geben Sie entweder as oder make an.
mail-link-subject = Ihr Passwort für { $product }
mail-link-invited = Sie können sich bei { $product } anmelden. Legen Sie hier Ihr Passwort fest:
mail-link-forgotten = Jemand hat ein neues Passwort für { $product } angefordert. Legen Sie es hier fest:
mail-link-ends = Der Link gilt einmal, bis { $until }.
mail-link-ignore = Wenn Sie nicht gemeint sind, müssen Sie nichts tun: Es ändert sich nichts, solange niemand den Link benutzt.
