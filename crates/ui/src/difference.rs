//! What changed between two texts: lines that went and came, with the words in them that differ.

use std::time::Duration;

use maud::{Markup, html};
use similar::{Algorithm, ChangeTag, DiffOp, InlineChange, TextDiff};

use crate::icon::icon;
use crate::message::Language;
use crate::text;

/// Lines shown around what changed.
const AROUND: usize = 3;
/// How long the shortest way from one text to the other is looked for; then a longer one will do.
const PATIENCE: Duration = Duration::from_millis(100);

/// One stored version of a text.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// When, who and how, in a line.
    pub words: String,
}

/// The difference of one field.
pub struct Difference {
    /// What the field is called.
    pub label: String,
    /// Its text in the one version.
    pub old: String,
    /// Its text in the other.
    pub new: String,
}

/// Two versions and what differs between them.
pub struct Compared<'a> {
    /// In which language the page speaks.
    pub language: &'a Language,
    /// The versions that can be chosen, the newest first.
    pub versions: &'a [Version],
    /// The one on the left.
    pub from: i64,
    /// The other one.
    pub to: i64,
    /// What differs.
    pub fields: Vec<Difference>,
}

/// The choice of two versions, and what differs between them.
#[must_use]
pub fn compared(it: &Compared<'_>) -> Markup {
    let language = it.language;
    let choice = |name: &str, label: String, chosen: i64| {
        html! {
            p class="field" {
                label for=(name) { (label) }
                select class="input" id=(name) name=(name) {
                    @for version in it.versions { option value=(version.number) selected[version.number == chosen] { (version.words) } }
                }
            }
        }
    };
    html! {
        form class="form versions" method="get" {
            (choice("from", text!(language, "versions-from"), it.from))
            (choice("to", text!(language, "versions-to"), it.to))
            button class="button" { (text!(language, "versions-compare")) }
        }
        @if it.fields.is_empty() {
            div class="empty" role="status" { (icon("check")) h2 { (text!(language, "versions-same")) } }
        }
        @let of = |number: i64| it.versions.iter().find(|it| it.number == number).map(|it| it.words.as_str());
        @for field in &it.fields {
            section class="difference" {
                h2 { (field.label) }
                // Where both stand beside each other, each says which it is.
                div class="heads small-text" aria-hidden="true" { span { (of(it.from).unwrap_or_default()) } span { (of(it.to).unwrap_or_default()) } }
                (lines(language, &field.old, &field.new))
            }
        }
    }
}

/// The lines of two texts that differ, and some around them.
fn lines(language: &Language, old: &str, new: &str) -> Markup {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .timeout(PATIENCE)
        .newline_terminated(true)
        .diff_lines(old, new);
    let groups = diff.grouped_ops(AROUND);
    let total = diff.old_slices().len();
    let (mut parts, mut seen) = (Vec::new(), 0);
    for group in &groups {
        let first = group.first().map_or(0, |it| it.old_range().start);
        if first > seen {
            parts.push(skipped(language, first - seen));
        }
        let changes = group.iter().map(|it| block(language, &diff, it));
        parts.push(html! { ol class="lines" { @for it in changes { (it) } } });
        seen = group.last().map_or(seen, |it| it.old_range().end);
    }
    if total > seen && !groups.is_empty() {
        parts.push(skipped(language, total - seen));
    }
    html! { @for it in &parts { (it) } }
}

fn skipped(language: &Language, count: usize) -> Markup {
    html! { p class="small-text skipped" { (text!(language, "versions-skipped", count = count)) } }
}

/// Lines that are the same, each also for the other side where there is room for two; or those that went and came.
fn block<'t>(language: &Language, diff: &'t TextDiff<'t, 't, 't, str>, op: &DiffOp) -> Markup {
    // Found once: to look for words that differ has a time limit of its own.
    let all: Vec<InlineChange<'_, str>> = diff.iter_inline_changes(op).collect();
    let of = |tag: ChangeTag| all.iter().filter(|it| it.tag() == tag).collect::<Vec<_>>();
    let (gone, come) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
    html! {
        @for it in of(ChangeTag::Equal) {
            li class="same" { span { (words(it)) } span class="again" aria-hidden="true" { (words(it)) } }
        }
        @if !gone.is_empty() || !come.is_empty() { li class="change" {
            @if !gone.is_empty() { div class="gone" { @for it in &gone {
                p { span class="visually-hidden" { (text!(language, "versions-gone")) " " } del { (words(it)) } }
            } } }
            @if !come.is_empty() { div class="come" { @for it in &come {
                p { span class="visually-hidden" { (text!(language, "versions-come")) " " } ins { (words(it)) } }
            } } }
        } }
    }
}

fn words(change: &InlineChange<'_, str>) -> Markup {
    html! {
        @for (is_marked, text) in change.iter_strings_lossy() {
            @let text = text.trim_end_matches(['\n', '\r']);
            @if is_marked { mark { (text) } } @else { (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_stand_out_with_their_words() {
        let old = "one\ntwo\n3\n4\n5\n6\n7\n8 <b>\nnine";
        let new = "one\ntwo\n3\n4\n5\n6\n7\n8 <i>\nnine";
        let shown = lines(&Language::default(), old, new).into_string();
        for part in [
            "<del>",
            "8 <mark>&lt;b&gt;</mark>",
            "8 <mark>&lt;i&gt;</mark>",
            "4 lines",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("two"), "{shown}");
    }

    #[test]
    fn what_went_stands_beside_what_came() {
        let shown = lines(&Language::default(), "a\nb\nc\n", "a\nx\ny\nc\n").into_string();
        let (before, change) = shown.split_once("<li class=\"change\">").unwrap();
        assert!(
            before.contains("<span>a</span><span class=\"again\" aria-hidden=\"true\">a</span>"),
            "{shown}"
        );
        let (gone, come) = change.split_once("<div class=\"come\">").unwrap();
        assert!(
            gone.starts_with("<div class=\"gone\">") && gone.matches("<del>").count() == 1,
            "{shown}"
        );
        let (come, after) = come.split_once("</li>").unwrap();
        assert_eq!(
            (come.matches("<ins>").count(), after.contains("<ins>")),
            (2, false),
            "{shown}"
        );
        assert!(
            gone.contains("Gone:") && come.contains("New:"),
            "not by colour alone: {shown}"
        );
    }

    #[test]
    fn what_is_the_same_shows_nothing() {
        assert_eq!(
            lines(&Language::default(), "a\nb", "a\nb").into_string(),
            ""
        );
    }

    #[test]
    fn a_text_that_came_whole_is_all_new() {
        let shown = lines(&Language::default(), "", "a\nb\n").into_string();
        assert_eq!(shown.matches("<ins>").count(), 2, "{shown}");
        assert!(!shown.contains("<del>"), "{shown}");
    }
}
