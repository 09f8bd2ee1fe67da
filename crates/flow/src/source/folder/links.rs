//! Links from one file of a folder to another, led to what the files became.

use std::collections::HashMap;

/// A text with its links led, and how many of them could not be yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Led {
    pub(super) text: String,
    pub(super) unsettled: u64,
}

/// Leads links of the file at that path to the addresses of other files. Code stays as it is, and so does a link to
/// what is no file of the folder.
pub(super) fn led(
    path: &str,
    text: &str,
    files: &[String],
    known: &HashMap<String, String>,
) -> Led {
    let folder = path.rsplit_once('/').map_or("", |it| it.0);
    let mut led = Led {
        text: String::with_capacity(text.len()),
        unsettled: 0,
    };
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|it| start.starts_with(it));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                lead_line((folder, line), files, known, &mut led);
                continue;
            }
            _ => {}
        }
        led.text.push_str(line);
    }
    led
}

fn lead_line(
    (folder, line): (&str, &str),
    files: &[String],
    known: &HashMap<String, String>,
    led: &mut Led,
) {
    let mut rest = line;
    let mut is_code = false;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at + 2);
        led.text.push_str(before);
        is_code ^= before.matches('`').count() % 2 == 1;
        rest = after;
        if is_code {
            continue;
        }
        let Some((target, length)) = destination(rest) else {
            continue;
        };
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let Some(file) = find(folder, file, files) else {
            continue;
        };
        match known.get(file) {
            Some(address) => {
                led.text.push_str(address);
                if !anchor.is_empty() {
                    led.text.push('#');
                    led.text.push_str(anchor);
                }
                rest = &rest[length..];
            }
            None => led.unsettled += 1,
        }
    }
    led.text.push_str(rest);
}

/// The destination with which a text begins, up to its bracket or title, and how much of the text it is. Hugo writes
/// `{{< ref "file.md" >}}` for a file.
fn destination(text: &str) -> Option<(&str, usize)> {
    for begin in ["{{<", "{{%"] {
        if let Some(inner) = text.strip_prefix(begin) {
            let end = inner.find("}}")?;
            let named = inner[..end].trim().trim_end_matches(['>', '%']).trim();
            let named = named
                .strip_prefix("relref")
                .or_else(|| named.strip_prefix("ref"))?;
            let length = begin.len() + end + 2;
            return Some((named.trim().trim_matches('"'), length));
        }
    }
    let end = text.find([')', ' ', '\n'])?;
    Some((&text[..end], end)).filter(|it| it.1 > 0)
}

/// The file of the folder that a link names, seen from the folder of the file in which it stands.
fn find<'f>(folder: &str, target: &str, files: &'f [String]) -> Option<&'f str> {
    if target.is_empty() || target.starts_with('/') || target.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    let path = parts.join("/").replace("%20", " ");
    let names = [path.clone(), format!("{path}.md")];
    let found = names.iter().find_map(|it| files.binary_search(it).ok());
    found.map(|it| files[it].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, unsettled: u64) {
        let files: Vec<String> = ["a/one.md", "a/two words.md", "b/three.md", "later.md"]
            .map(str::to_owned)
            .to_vec();
        let known = [
            ("a/one.md", "/t/1"),
            ("a/two words.md", "/t/2"),
            ("b/three.md", "/t/3"),
        ];
        let known = known.map(|(path, to)| (path.to_owned(), to.to_owned()));
        let told = led("a/here.md", text, &files, &known.into());
        assert_eq!((told.text.as_str(), told.unsettled), (expected, unsettled));
    }

    #[test]
    fn links_between_files_lead_to_what_they_became() {
        check(
            "[x](one.md) [y](./one.md#how)",
            "[x](/t/1) [y](/t/1#how)",
            0,
        );
        check(
            "[x](../b/three) and [y](two%20words.md \"T\")",
            "[x](/t/3) and [y](/t/2 \"T\")",
            0,
        );
        check("[x]({{< ref \"./one.md\" >}})", "[x](/t/1)", 0);
        check("[x]({{% relref \"../b/three.md\" %}}).", "[x](/t/3).", 0);
        check("[x](../later.md)", "[x](../later.md)", 1);
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "[x](https://a.example/one.md) [y](mailto:one.md) [z](/one.md)",
            "[x](nowhere.md) [y](#one) [z](../../../one.md) ](",
            "`[x](one.md)`",
            "```\n[x](one.md)\n```\n",
            "~~~\n```\n[x](one.md)\n~~~",
        ] {
            check(text, text, 0);
        }
        check("```\n```\n[x](one.md)", "```\n```\n[x](/t/1)", 0);
    }
}
