//! The filter of a list between the address and the bar above the list.

use dictionary::filter::{Filter, FilterError, Place, Scope, parse};
use ui::filter_bar::{Chip, FilterProblem};
use ui::label::say;
use ui::message::Language;
use url::form_urlencoded;

use crate::FormData;

/// Words that join conditions: a filter with one of them is shown as a whole.
const JOINTS: [&str; 9] = [
    "and", "or", "not", "in", "is", "between", "contains", "starts", "empty",
];
/// Signs between a field and a value, the longer ones first.
const SIGNS: [&str; 10] = ["!~", "!=", "<=", ">=", ":", "=", "<", ">", "~", "^"];

/// What the address of a list asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListAddress {
    /// The path.
    pub(super) path: String,
    /// The saved view, which answers what the address leaves open.
    pub(super) view: Option<String>,
    /// The filter; nothing where the address says nothing.
    pub(super) filter: Option<String>,
    /// The order: `-updated_at,priority`.
    pub(super) sort: Option<String>,
    /// Columns, where others than the usual ones are wished for.
    pub(super) columns: Vec<String>,
    /// The field by which rows are put together.
    pub(super) group: Option<String>,
    /// Where the page begins.
    pub(super) after: Option<String>,
    /// Where the pages before it began, the first page left out.
    pub(super) trail: Vec<String>,
}

impl ListAddress {
    /// Reads a query string. A part that was added joins the filter.
    pub(super) fn read(path: &str, query: &FormData) -> Self {
        let text = |name: &str| {
            query
                .get(name)
                .map(str::trim)
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
        };
        // The API calls it `filter`, and so do people who know it from there.
        let given = query.get("q").or_else(|| query.get("filter"));
        let mut filter = given.map(|it| it.trim().to_owned());
        if let Some(added) = text("add") {
            filter = Some(
                format!("{} {added}", filter.unwrap_or_default())
                    .trim()
                    .to_owned(),
            );
        }
        Self {
            path: path.to_owned(),
            view: text("view"),
            filter,
            sort: text("sort"),
            columns: query.all("column").map(str::to_owned).collect(),
            group: query.get("group").map(str::to_owned),
            after: text("after"),
            trail: query
                .get("trail")
                .unwrap_or_default()
                .split('~')
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The first page with another filter.
    pub(super) fn with_filter(&self, filter: &str) -> String {
        Self {
            filter: Some(filter.to_owned()),
            ..self.first()
        }
        .href()
    }

    /// The first page in another order.
    pub(super) fn with_sort(&self, sort: Option<String>) -> String {
        Self {
            sort,
            ..self.first()
        }
        .href()
    }

    /// The page that begins there.
    pub(super) fn next(&self, after: &str) -> String {
        let mut trail = self.trail.clone();
        trail.extend(self.after.clone());
        Self {
            after: Some(after.to_owned()),
            trail,
            ..self.clone()
        }
        .href()
    }

    /// The page before this one.
    pub(super) fn previous(&self) -> Option<String> {
        self.after.as_ref()?;
        let mut trail = self.trail.clone();
        let after = trail.pop();
        Some(
            Self {
                after,
                trail,
                ..self.clone()
            }
            .href(),
        )
    }

    /// How many pages lie before this one.
    pub(super) fn pages_before(&self) -> usize {
        self.trail.len() + usize::from(self.after.is_some())
    }

    /// The first page.
    pub(super) fn first(&self) -> Self {
        Self {
            after: None,
            trail: Vec::new(),
            ..self.clone()
        }
    }

    /// Parameters that the forms of the page hand on, without the named one.
    pub(super) fn kept(&self, without: &[&str]) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: &str| {
            if !without.contains(&name) {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        };
        self.view.iter().for_each(|it| put("view", it));
        self.filter.iter().for_each(|it| put("q", it));
        self.sort.iter().for_each(|it| put("sort", it));
        self.columns.iter().for_each(|it| put("column", it));
        self.group.iter().for_each(|it| put("group", it));
        pairs
    }

    /// The address.
    pub(super) fn href(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.kept(&[]) {
            query.append_pair(&name, &value);
        }
        if let Some(after) = &self.after {
            query.append_pair("after", after);
        }
        if !self.trail.is_empty() {
            query.append_pair("trail", &self.trail.join("~"));
        }
        let query = query.finish();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        }
    }
}

/// Reads the filter, or says what is wrong with it as the page shows it.
pub(super) fn read(
    language: &Language,
    scope: &Scope<'_>,
    address: &ListAddress,
    text: &str,
) -> Result<Filter, Box<FilterProblem>> {
    parse(text, scope).map_err(|error| Box::new(problem(language, address, text, &error)))
}

fn problem(
    language: &Language,
    address: &ListAddress,
    text: &str,
    error: &FilterError,
) -> FilterProblem {
    let at = match error.place {
        Place::Text { byte, .. } if text.is_char_boundary(byte) => byte,
        _ => text.len(),
    };
    let (before, rest) = text.split_at(at);
    let end = rest
        .find(|it: char| it.is_whitespace() || "()<>=!:~^,".contains(it))
        .filter(|it| *it > 0);
    let (marked, after) = rest.split_at(end.unwrap_or(rest.len()));
    let mend = |word: &String| {
        (
            word.clone(),
            address.with_filter(&format!("{before}{word}{after}")),
        )
    };
    FilterProblem {
        words: say(language, &error.message),
        before: before.to_owned(),
        marked: marked.to_owned(),
        after: after.to_owned(),
        proposals: error.proposals.iter().map(mend).collect(),
        without: address.with_filter(""),
    }
}

/// The parts of a simple filter; nothing where it is better shown as a whole.
pub(super) fn chips(address: &ListAddress, text: &str) -> Option<Vec<Chip>> {
    let parts = split(text)?;
    let chip = |(position, part): (usize, &String)| {
        let others = parts
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != position);
        let without = others
            .map(|(_, it)| it.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        // The first sign counts, and of those that begin there the longest.
        let signs = SIGNS
            .iter()
            .filter_map(|it| Some((part.find(it)?, std::cmp::Reverse(it.len()))));
        let cut = signs.min().map(|(at, length)| at + length.0);
        let cut = cut.filter(|_| !part.starts_with('"')).unwrap_or(0);
        Chip {
            key: part[..cut].to_owned(),
            value: part[cut..].to_owned(),
            without: address.with_filter(&without),
            is_order: false,
        }
    };
    Some(parts.iter().enumerate().map(chip).collect())
}

/// Splits at blanks outside quotes; nothing where words join conditions or anything is nested.
fn split(text: &str) -> Option<Vec<String>> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                part.push(letter);
            }
            '(' | ')' | '\\' if !quoted => return None,
            it if it.is_whitespace() && !quoted => {
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
            }
            it => part.push(it),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    let lone = |it: &String| {
        JOINTS.contains(&it.to_ascii_lowercase().as_str())
            || SIGNS
                .iter()
                .any(|sign| it.starts_with(sign) || it.ends_with(sign))
    };
    (!quoted && !parts.iter().any(lone)).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(query: &str) -> ListAddress {
        ListAddress::read("/incident", &FormData::parse(query).unwrap())
    }

    #[test]
    fn simple_filters_become_chips_and_others_stay_whole() {
        let address = at("q=state%3Aopen+team%3A%22Service+desk%22+priority%3C%3D2+printer");
        let chips = chips(&address, address.filter.as_deref().unwrap()).unwrap();
        let shown: Vec<(&str, &str)> = chips
            .iter()
            .map(|it| (it.key.as_str(), it.value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("state:", "open"),
                ("team:", "\"Service desk\""),
                ("priority<=", "2"),
                ("", "printer")
            ]
        );
        assert_eq!(
            chips[3].without,
            "/incident?q=state%3Aopen+team%3A%22Service+desk%22+priority%3C%3D2"
        );
        for whole in [
            "a or b",
            "priority <= 2",
            "not state:open",
            "(a)",
            "team in (x)",
            "\"open",
        ] {
            assert!(super::chips(&address, whole).is_none(), "{whole}");
        }
    }

    #[test]
    fn pages_lead_forward_and_back() {
        let first = at("q=vpn&sort=priority");
        assert_eq!(first.previous(), None);
        let second = first.next("c1");
        assert_eq!(second, "/incident?q=vpn&sort=priority&after=c1");
        let third = at("q=vpn&sort=priority&after=c1").next("c2");
        assert_eq!(third, "/incident?q=vpn&sort=priority&after=c2&trail=c1");
        assert_eq!(
            at("q=vpn&after=c2&trail=c1").previous().as_deref(),
            Some("/incident?q=vpn&after=c1")
        );
        assert_eq!(
            at("q=vpn&after=c1").previous().as_deref(),
            Some("/incident?q=vpn")
        );
        assert_eq!(at("after=c2&trail=c1").pages_before(), 2);
    }

    #[test]
    fn the_filter_is_read_by_both_its_names() {
        let address = at("filter=priority%3A1");
        assert_eq!(address.filter.as_deref(), Some("priority:1"));
        assert_eq!(address.href(), "/incident?q=priority%3A1");
    }

    #[test]
    fn a_part_that_is_added_joins_the_filter() {
        assert_eq!(
            at("q=state%3Aopen&add=printer").filter.as_deref(),
            Some("state:open printer")
        );
        assert_eq!(at("q=").filter.as_deref(), Some(""));
        assert_eq!(at("").filter, None);
    }
}
