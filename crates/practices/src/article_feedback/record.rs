//! What feedback on an article is: one answer of one person, given once and never rewritten.

use base::Uuid;
use dictionary::{Audience, Choice, ChoiceCode, Kind, Layout, TypeDef, WrittenBy, fields};

use crate::declare::{choose, owned, section};

/// Name of the type.
pub const NAME: &str = "article_feedback";

/// Marker of the choice set of answers.
#[derive(Debug)]
pub struct Answers;

impl Answers {
    /// It solved what the person came with, and nobody else had to.
    pub const SOLVED: ChoiceCode<Self> = ChoiceCode::new("solved");
}

fields! {
    /// The article.
    ABOUT: Uuid = "about", Kind::reference("knowledge_article"), |it| {
        it.required = true;
        it.indexed = true;
        it.written_by = WrittenBy::Creation;
    };
    /// What the person says of it.
    ANSWER: Choice<Answers> = "answer", Kind::Choice, |it| {
        choose(it, "article_feedback", &["solved", "helpful", "not_helpful"]);
        it.required = true;
        it.written_by = WrittenBy::Creation;
    };
    /// What the person adds in words.
    WORDS: String = "words", Kind::LongText, |it| it.written_by = WrittenBy::Creation;
    /// What the person had looked for.
    SEARCHED: String = "searched", Kind::Text { max: 255 }, |it| it.written_by = WrittenBy::Creation;
    /// Who says it.
    PERSON: Uuid = "person", Kind::reference("person"), |it| {
        it.indexed = true;
        it.written_by = WrittenBy::Rules;
    };
    /// The published revision that the person read.
    REVISION: i64 = "revision", Kind::Integer, |it| it.written_by = WrittenBy::Rules;
    /// What keeps a person from answering twice.
    ONCE: String = "once", Kind::Text { max: 120 }, |it| {
        it.unique = true;
        it.written_by = WrittenBy::Rules;
        it.audience = Audience::Internal;
    };
}

/// The type.
pub fn declare() -> TypeDef {
    let said = ["about", "answer", "words", "searched"];
    let all = ["about", "answer", "words", "searched", "person", "revision"];
    TypeDef::new("article_feedback")
        .adjust("title", |it| it.written_by = WrittenBy::Rules)
        .with_spine(&["access"])
        .adjust("access", |it| it.written_by = WrittenBy::Rules)
        .with_fields(declarations())
        .with_readers(&["person"])
        .with_layout(Layout {
            list: owned(&[
                "about",
                "answer",
                "words",
                "searched",
                "person",
                "created_at",
            ]),
            form: vec![section("general", &all)],
            create: owned(&said),
        })
}
