//! What people write, made into HTML that can do no harm.
//!
//! Must never let through markup of the writer's own, a script, or a picture from elsewhere
//! (which would tell its server who reads the record, and when).

use std::{collections::HashSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Renders a comment, a description or an article.
#[must_use]
pub fn markdown(source: &str) -> Markup {
    let mut rendered = String::with_capacity(source.len() * 5 / 4);
    html::push_html(&mut rendered, events(source));
    PreEscaped(CLEANER.clean(&rendered).to_string())
}

/// The words alone on one line, for excerpts, notifications and search.
#[must_use]
pub fn plain_text(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    for event in events(source) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn events(source: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(source, options).filter_map(tame)
}

fn tame(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        // The writer's own markup is shown as the text it is.
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        // A picture becomes a link with its description as the words.
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        // People end a line where they mean it to end.
        Event::SoftBreak => Event::HardBreak,
        // Headings of a comment must not compete with those of the page.
        Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(
            pulldown_cmark::CodeBlockKind::Fenced(CowStr::Borrowed("")),
        )),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        other => other,
    })
}

/// Belt and braces: even a fault in the parser above cannot put more than this on a page.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .generic_attributes(HashSet::new())
        .tag_attributes(
            [
                ("a", HashSet::from(["href"])),
                ("ol", HashSet::from(["start"])),
            ]
            .into(),
        )
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        // Long lines scroll sideways, and the keyboard must be able to do that.
        .set_tag_attribute_value("pre", "tabindex", "0");
    cleaner
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        check("**Line 3** stops", "<p><strong>Line 3</strong> stops</p>");
        check("one\ntwo", "<p>one<br>\ntwo</p>");
        check("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>");
        check("# Title", "<p>Title</p>");
        check("`Te1/1/2`", "<p><code>Te1/1/2</code></p>");
        check("~~New~~", "<p><del>New</del></p>");
        check(
            "```\nup\n```",
            "<pre tabindex=\"0\"><code>up\n</code></pre>",
        );
    }

    #[test]
    fn links_say_nothing_about_where_they_come_from() {
        check(
            "[carrier](https://carrier.example/x)",
            r#"<p><a href="https://carrier.example/x" rel="noopener noreferrer nofollow">carrier</a></p>"#,
        );
    }

    #[test]
    fn nothing_harmful_gets_through() {
        check(
            "a <script>alert(1)</script>",
            "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>",
        );
        check(
            "[x](javascript:alert(1))",
            r#"<p><a rel="noopener noreferrer nofollow">x</a></p>"#,
        );
        check(
            "![plan](https://spy.example/p.png)",
            r#"<p><a href="https://spy.example/p.png" rel="noopener noreferrer nofollow">plan</a></p>"#,
        );
        check(
            "<b onclick=x>hi</b>",
            "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>",
        );
    }

    #[test]
    fn the_words_alone() {
        assert_eq!(
            plain_text("# Hello\n\n**Line** [3](x)\nstops"),
            "Hello Line 3 stops"
        );
    }

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(markdown(source).into_string().trim(), expected);
    }
}
