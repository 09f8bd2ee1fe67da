//! What a mail says, in the language of its recipient: as plain text, and as simple HTML.

use maud::{DOCTYPE, html};
use ui::markdown::markdown;
use ui::message::Language;
use ui::text;

use crate::Notice;
use crate::thread::subject;

/// The words of one mail.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What it is about.
    pub notice: Notice,
    /// Language of the recipient.
    pub language: Language,
    /// Number of the record.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Who made the change.
    pub author: String,
    /// What was written, in Markdown; only what the recipient may read.
    pub written: Vec<String>,
    /// Where the record is to be seen.
    pub link: String,
    /// Whether somebody reads answers to this mail.
    pub answers_are_read: bool,
}

impl Letter {
    /// The subject.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(&self.number, &self.title)
    }

    fn lead(&self) -> String {
        let (language, number, author) = (&self.language, &*self.number, &*self.author);
        match self.notice {
            Notice::Received => text!(language, "mail-received", number = number),
            Notice::Answered => {
                text!(language, "mail-answered", number = number, author = author)
            }
            Notice::Mentioned => {
                text!(language, "mail-mentioned", number = number, author = author)
            }
            Notice::Resolved => {
                text!(language, "mail-resolved", number = number, author = author)
            }
            Notice::Assigned => {
                text!(language, "mail-assigned", number = number, author = author)
            }
        }
    }

    fn close(&self) -> String {
        if self.answers_are_read {
            text!(
                &self.language,
                "mail-answers-are-read",
                number = &*self.number
            )
        } else {
            text!(&self.language, "mail-answers-are-not-read")
        }
    }

    fn open(&self) -> String {
        text!(&self.language, "mail-open", number = &*self.number)
    }

    /// The mail as plain text.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut parts = vec![self.lead(), self.title.clone()];
        parts.extend(self.written.iter().map(|it| it.trim().to_owned()));
        parts.push(format!("{}\n{}", self.open(), self.link));
        parts.push(self.close());
        parts.join("\n\n") + "\n"
    }

    /// The mail as HTML: no pictures, no styles, nothing that is fetched from anywhere.
    #[must_use]
    pub fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.tag()) dir=(self.language.direction()) {
                head { meta charset="utf-8"; title { (self.subject()) } }
                body {
                    p { (self.lead()) }
                    p { strong { (self.title) } }
                    @for written in &self.written {
                        blockquote { (markdown(written)) }
                    }
                    p { a href=(self.link) { (self.open()) } }
                    p { small { (self.close()) } }
                }
            }
        };
        page.into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            notice: Notice::Answered,
            language: Language::default(),
            number: "INC0000001".to_owned(),
            title: "No <b>mail</b>".to_owned(),
            author: "Ada Agent".to_owned(),
            written: vec!["Please **restart**. <img src=https://spy.example/x>".to_owned()],
            link: "https://desk.example/portal/x/1".to_owned(),
            answers_are_read: true,
        }
    }

    #[test]
    fn both_parts_say_the_same() {
        let letter = letter();
        for part in [letter.plain(), letter.html()] {
            for word in ["Ada Agent", "INC0000001", "restart", &letter.link] {
                assert!(part.contains(word), "{word}: {part}");
            }
        }
    }

    #[test]
    fn each_recipient_reads_it_in_their_language() {
        let letter = Letter {
            language: Language::from_tag("de-AT"),
            ..letter()
        };
        for part in [letter.plain(), letter.html()] {
            assert!(
                part.contains("Ada Agent hat zu INC0000001 geschrieben."),
                "{part}"
            );
            assert!(part.contains("Antworten Sie auf diese Mail"), "{part}");
            assert!(!part.contains("wrote about"), "{part}");
        }
        assert!(letter.html().contains("lang=\"de-AT\""));
    }

    #[test]
    fn what_people_write_brings_no_markup_of_its_own() {
        let html = letter().html();
        assert!(html.contains("No &lt;b&gt;mail"), "{html}");
        assert!(html.contains("<strong>restart</strong>"), "{html}");
        assert!(!html.contains("<img"), "{html}");
    }
}
