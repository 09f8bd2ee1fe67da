//! Who is called by name in a text: `@ada.novak`, `@ada.novak@example.org` or `@Ada Novak`.

/// Most words of a name.
const MAX_WORDS: usize = 4;
/// Most people whom one text calls; whoever wants to reach more writes to a team.
const MAX_MENTIONS: usize = 10;

/// One call: what it may mean, which only somebody who knows the people can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The word behind the sign: an e-mail address, or what stands before the sign in one.
    pub handle: String,
    /// Names that it may be, the longest first: nothing tells where a name ends.
    pub names: Vec<String>,
}

/// The calls in a text, in its order, the same call once. An `@` within a word belongs to an address.
#[must_use]
pub fn mentions(text: &str) -> Vec<Mention> {
    let mut all: Vec<Mention> = Vec::new();
    let mut before = None;
    for (at, sign) in text.char_indices() {
        let begins = before.is_none_or(|it: char| !is_of_word(it));
        before = Some(sign);
        if sign != '@' || !begins {
            continue;
        }
        if let Some(mention) = mention(&text[at + 1..])
            && !all.contains(&mention)
        {
            all.push(mention);
        }
        if all.len() == MAX_MENTIONS {
            break;
        }
    }
    all
}

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-' | '+' | '@' | '/')
}

fn mention(rest: &str) -> Option<Mention> {
    let line = rest.lines().next().unwrap_or_default();
    if !line.starts_with(char::is_alphanumeric) {
        return None;
    }
    let handle = line.split(|it: char| !is_of_word(it)).next()?;
    let mut names = Vec::new();
    let mut name = String::new();
    for word in line.split(' ').take(MAX_WORDS) {
        let bare = word.trim_end_matches(|it: char| !it.is_alphanumeric());
        if !bare.starts_with(char::is_alphanumeric) {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        names.insert(0, format!("{name}{bare}"));
        name.push_str(word);
        // A name does not go on behind a comma or at the end of a sentence, but behind `J.` it does.
        if !word.ends_with('.') && bare.len() < word.len() {
            break;
        }
    }
    Some(Mention {
        handle: handle.trim_end_matches(['.', '-', '/']).to_lowercase(),
        names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handles(text: &str) -> Vec<String> {
        mentions(text).into_iter().map(|it| it.handle).collect()
    }

    #[test]
    fn people_are_called_by_address_and_by_what_stands_before_its_sign() {
        assert_eq!(
            handles("@Ada.Novak please, (@noah) and @rita@example.org."),
            ["ada.novak", "noah", "rita@example.org"]
        );
    }

    #[test]
    fn addresses_and_lone_signs_call_nobody() {
        assert_eq!(
            handles("Write to rita@example.org, at 5 @ 3, @, @- and user/@x"),
            [""; 0]
        );
    }

    #[test]
    fn a_name_ends_somewhere() {
        let names = |text: &str| mentions(text)[0].names.clone();
        assert_eq!(names("@Ada Novak, can you?"), ["Ada Novak", "Ada"]);
        assert_eq!(
            names("ask @J. R. Smith about it"),
            ["J. R. Smith about", "J. R. Smith", "J. R", "J"]
        );
        assert_eq!(names("@Ada\nThanks"), ["Ada"]);
        assert_eq!(names("@Zoë Ångström!"), ["Zoë Ångström", "Zoë"]);
    }

    #[test]
    fn each_is_called_once_and_not_too_many() {
        assert_eq!(handles("@ada @ada"), ["ada"]);
        let many: String = (0..50).map(|it| format!("@p{it}\n")).collect();
        assert_eq!(mentions(&many).len(), MAX_MENTIONS);
    }
}
