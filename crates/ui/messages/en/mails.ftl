## Mails

mail-received = We have received your request and will look into it. Its number is { $number }.
mail-answered = { $author } wrote about { $number }.
mail-mentioned = { $author } has mentioned you in { $number }.
mail-resolved = { $author } has marked { $number } as done.
mail-assigned = { $author } has assigned { $number } to you.
mail-open = Open { $number }
mail-in-no-subject = Mail without a subject
mail-in-taken-by = taken by { $who } in the name of { $whom }
mail-in-files-not-taken = These files of the mail were not taken. They stand in the mail as it came (mail.eml):

    { $files }
mail-answers-are-read = Answer this mail to write to everybody concerned. Please leave { $number } in the subject.
mail-answers-are-not-read = Answers to this mail are not read. Please use the link.
mail-state-waiting = Waiting
mail-state-parked = Parked
mail-state-kept = Make nothing
mail-state-taken = Taken
mail-state-discarded = Discarded
mail-sender = From
mail-says = Subject and text
mail-written = Written
mail-came = Came in
mail-what-now = Decide
mail-to-record = Open
mail-person-name = Name of the person
mail-make-person = Make the person and take it
mail-take-as-whom = Take it in the name of
mail-take-as-help = the sender, or somebody’s address
mail-take = Take it
mail-discard = Discard it
mail-discard-sure = The mail and its files go for good
mail-decided = { $who } let it be taken, { $when }
mail-decided-for = { $who } let it be taken in the name of { $whom }, { $when }
mail-take-for-others = Taking a mail in somebody else’s name needs the rights to make for others what mails open, and to comment on it. You may let it be taken as it came, or discard it.
mail-person-has-left = { $name } has left: nothing is taken in their name. Take the mail in the name of somebody who is here, or discard it.
mail-not-found = There is no such mail.
mail-not-parked = This mail is { $state }. Only one that is parked or makes nothing can be decided on.
mail-nobody-has = Nobody has the address { $address }.
mail-take-one-way = Give as or make, not both.
mail-link-subject = Your password for { $product }
mail-link-invited = You can sign in to { $product }. Set your password here:
mail-link-forgotten = Somebody asked for a new password for { $product }. Set it here:
mail-link-ends = The link works once, until { $until }.
mail-link-ignore = If this is not for you, there is nothing to do: nothing changes until somebody uses the link.
