//! What people write, made into HTML that can do no harm.
//!
//! Must never let through markup of the writer's own, a script, or a picture from elsewhere
//! (which would tell its server who reads the record, and when).

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ammonia::{Builder, UrlRelative};
use foldhash::HashMap;
use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What was rendered last, by what was written: a page is looked at more often than its texts change.
static RENDERED: LazyLock<Mutex<HashMap<String, Arc<str>>>> = LazyLock::new(Mutex::default);
/// Most texts that are kept; beyond, all are forgotten. With the longest, 16 MiB.
const MOST_KEPT: usize = 2_048;
/// Longest text that is kept in bytes, as written and as rendered: little that is written may become much.
const LONGEST_KEPT: usize = 8_192;

/// Renders a comment, a description or an article.
#[must_use]
pub fn markdown(source: &str) -> PreEscaped<Arc<str>> {
    let kept = || RENDERED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept().get(source) {
        return PreEscaped(Arc::clone(known));
    }
    let mut rendered = String::with_capacity(source.len() * 5 / 4);
    html::push_html(&mut rendered, events(source));
    let clean: Arc<str> = CLEANER.clean(&rendered).to_string().into();
    if source.len() + clean.len() <= LONGEST_KEPT {
        let mut kept = kept();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(source.to_owned(), Arc::clone(&clean));
    }
    PreEscaped(clean)
}

/// Renders an article: with headings below that of the page, and with the record's own pictures, whose addresses
/// `file` knows by their names.
#[must_use]
pub fn article(source: &str, file: &dyn Fn(&str) -> Option<String>) -> Markup {
    let mut rendered = String::with_capacity(source.len() * 5 / 4);
    html::push_html(&mut rendered, article_events(source, file).into_iter());
    PreEscaped(ARTICLE_CLEANER.clean(&rendered).to_string())
}

fn article_events<'a>(source: &'a str, file: &dyn Fn(&str) -> Option<String>) -> Vec<Event<'a>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let all: Vec<Event<'a>> = Parser::new_ext(source, options).collect();
    let level = |it: &Event<'_>| match it {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as usize),
        _ => None,
    };
    let highest = all.iter().filter_map(level).min().unwrap_or(1);
    // How many of the pictures that are open now became links.
    let mut elsewhere = Vec::new();
    let mut events = Vec::with_capacity(all.len());
    for event in all {
        let event = match event {
            Event::Start(Tag::Heading { level, .. }) => Event::Start(heading(level, highest)),
            Event::End(TagEnd::Heading(level)) => Event::End(heading(level, highest).to_end()),
            // An article's lines end where the page does.
            Event::SoftBreak => Event::SoftBreak,
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let name = dest_url.rsplit('/').next().unwrap_or_default();
                let own = file(name).filter(|_| !dest_url.contains("://"));
                elsewhere.push(own.is_none());
                match own {
                    Some(address) => Event::Start(Tag::Image {
                        link_type,
                        dest_url: address.into(),
                        title,
                        id,
                    }),
                    None => Event::Start(Tag::Link {
                        link_type,
                        dest_url,
                        title,
                        id,
                    }),
                }
            }
            Event::End(TagEnd::Image) if elsewhere.pop() == Some(false) => {
                Event::End(TagEnd::Image)
            }
            other => match tame(other) {
                Some(event) => event,
                None => continue,
            },
        };
        events.push(event);
    }
    events
}

/// A heading of a text as one of the page, whose own stands above all of them.
fn heading<'a>(level: HeadingLevel, highest: usize) -> Tag<'a> {
    let below = (level as usize - highest.min(level as usize) + 2).min(4);
    Tag::Heading {
        level: HeadingLevel::try_from(below).unwrap_or(HeadingLevel::H4),
        id: None,
        classes: Vec::new(),
        attrs: Vec::new(),
    }
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
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(cleaner);

fn cleaner() -> Builder<'static> {
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
}

/// What an article may have besides: headings, and pictures of this house.
static ARTICLE_CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = cleaner();
    cleaner
        .add_tags(["h2", "h3", "h4", "img"])
        .add_tag_attributes("img", ["src", "alt"])
        .set_tag_attribute_value("img", "loading", "lazy")
        .attribute_filter(|element, attribute, value| {
            let elsewhere = element == "img"
                && attribute == "src"
                && (!value.starts_with('/')
                    || value.starts_with("//")
                    || !value.contains("/files/"));
            (!elsewhere).then(|| value.into())
        });
    cleaner
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_have_headings_and_own_pictures() {
        let file = |name: &str| (name == "plan.png").then(|| "/a/KB1/files/7".to_owned());
        let check = |source: &str, expected: &str| {
            assert_eq!(article(source, &file).into_string().trim(), expected);
        };
        check("## One\n\n### Two", "<h2>One</h2>\n<h3>Two</h3>");
        check("# One\n\n###### Six", "<h2>One</h2>\n<h4>Six</h4>");
        check("one\ntwo", "<p>one\ntwo</p>");
        check(
            "![The plan](img/plan.png)",
            r#"<p><img src="/a/KB1/files/7" alt="The plan" loading="lazy"></p>"#,
        );
        check(
            "![x](https://spy.example/plan.png)",
            r#"<p><a href="https://spy.example/plan.png" rel="noopener noreferrer nofollow">x</a></p>"#,
        );
        check("<img src=/a/files/1>", "<p>&lt;img src=/a/files/1&gt;</p>");
    }

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
        assert_eq!(markdown(source).0.trim(), expected);
        assert_eq!(markdown(source).0.trim(), expected, "as it was kept");
    }
}
