# What mails say in German. Whatever a language lacks is said in English.

mail-received = Ihre Anfrage ist bei uns angekommen; wir kümmern uns darum. Ihre Nummer ist { $number }.
mail-answered = { $author } hat zu { $number } geschrieben.
mail-mentioned = { $author } hat Sie in { $number } erwähnt.
mail-resolved = { $author } hat { $number } als erledigt gekennzeichnet.
mail-assigned = { $author } hat Ihnen { $number } zugewiesen.
mail-open = { $number } öffnen
mail-in-no-subject = Mail ohne Betreff
mail-in-files-not-taken = Diese Dateien der Mail wurden nicht übernommen. Sie stehen in der Mail, wie sie kam (mail.eml):

    { $files }
mail-answers-are-read = Antworten Sie auf diese Mail, um allen Beteiligten zu schreiben. Bitte lassen Sie { $number } im Betreff stehen.
mail-answers-are-not-read = Antworten auf diese Mail werden nicht gelesen. Bitte benutzen Sie den Link.
mail-link-subject = Ihr Passwort für { $product }
mail-link-invited = Sie können sich bei { $product } anmelden. Legen Sie hier Ihr Passwort fest:
mail-link-forgotten = Jemand hat ein neues Passwort für { $product } angefordert. Legen Sie es hier fest:
mail-link-ends = Der Link gilt einmal, bis { $until }.
mail-link-ignore = Wenn Sie nicht gemeint sind, müssen Sie nichts tun: Es ändert sich nichts, solange niemand den Link benutzt.

language-name = Deutsch
