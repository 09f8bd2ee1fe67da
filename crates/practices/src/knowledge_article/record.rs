//! What a knowledge article is: a text in work, and the text that readers see until the next is published.

use base::{Date, Timestamp, Uuid};
use dictionary::{
    Audience, Choice, ChoiceCode, FieldDef, Kind, Layout, Phase, TypeDef, Value, WrittenBy, fields,
};

use crate::declare::{choose_default, lifecycle, offer_all, owned, section};

/// Marker of the choice set of audiences.
#[derive(Debug)]
pub struct Readers;

impl Readers {
    /// Everybody in the tenant.
    pub const EVERYBODY: ChoiceCode<Self> = ChoiceCode::new("everybody");
    /// The people of the article's organisation and of those below it, and agents.
    pub const ORGANISATION: ChoiceCode<Self> = ChoiceCode::new("organisation");
    /// The people of the article's team.
    pub const TEAM: ChoiceCode<Self> = ChoiceCode::new("team");
    /// People with the right to confidential records.
    pub const CONFIDENTIAL: ChoiceCode<Self> = ChoiceCode::new("confidential");
}

fields! {
    /// The text in work; readers outside see the published one.
    BODY: String = "body", Kind::LongText, |it| it.audience = Audience::Internal;
    /// The text as it was last published.
    PUBLISHED_BODY: String = "published_body", Kind::LongText, |it| it.written_by = WrittenBy::Rules;
    /// A sentence for lists and search.
    SUMMARY: String = "summary", Kind::Text { max: 255 };
    /// Who may read it once it is published.
    READERS: Choice<Readers> = "audience", Kind::Choice, |it| {
        let codes = ["everybody", "organisation", "agents", "team", "confidential"];
        choose_default(it, "knowledge_article", &codes, "everybody");
    };
    /// What it is about.
    CATEGORY: Uuid = "category", Kind::reference("category"), |it| it.indexed = true;
    /// The service it helps with.
    SERVICE: Uuid = "service", Kind::reference("service"), |it| it.indexed = true;
    /// Who writes the present revision.
    AUTHOR: Uuid = "author", Kind::reference("person"), |it| { rules_only(it); it.indexed = true; };
    /// Who published it last.
    PUBLISHED_BY: Uuid = "published_by", Kind::reference("person"), |it| rules_only(it);
    /// When it was published first.
    FIRST_PUBLISHED_AT: Timestamp = "first_published_at", Kind::Instant, |it| rules_only(it);
    /// When it was published last.
    PUBLISHED_AT: Timestamp = "published_at", Kind::Instant, |it| rules_only(it);
    /// Number of the revision in work, from 1.
    REVISION: i64 = "revision", Kind::Integer, |it| rules_only(it);
    /// Number of the revision that readers see.
    PUBLISHED_REVISION: i64 = "published_revision", Kind::Integer, |it| rules_only(it);
    /// What the reviewer asks the author to change.
    REVIEW_NOTES: String = "review_notes", Kind::LongText, |it| it.audience = Audience::Internal;
    /// When somebody shall look whether it still holds.
    REVIEW_ON: Date = "review_on", Kind::Date, |it| it.audience = Audience::Internal;
    /// Whether it describes a known error with its workaround.
    KNOWN_ERROR: bool = "known_error", Kind::Boolean, |it| it.default = Some(Value::Boolean(false));
}

/// The type.
pub fn declare() -> TypeDef {
    let text = ["body", "title", "summary"];
    let lifecycle = lifecycle("knowledge_article")
        .state("draft", Phase::New)
        .state_read_only("review", Phase::Active, &text)
        .state_read_only("published", Phase::Resolved, &text)
        .state_read_only("retired", Phase::Closed, &text)
        .step("submit", &["draft"], "review")
        .needs(&["body"])
        .step("return", &["review"], "draft")
        .needs(&["review_notes"])
        .step("publish", &["review"], "published")
        .needs(&["body"])
        .asks(&["review_on", "audience"])
        .step("revise", &["published", "retired"], "draft")
        .step("retire", &["draft", "review", "published"], "retired");
    TypeDef::new("knowledge_article")
        .numbered("KB", 7)
        .with_lifecycle(lifecycle.done())
        .with_spine(&["team", "access"])
        .adjust("access", |it| {
            it.written_by = WrittenBy::Rules;
            offer_all(it);
        })
        .with_fields(declarations())
        .with_journal()
        .with_readers(&["author"])
        .with_layout(layout())
}

fn layout() -> Layout {
    let about = [
        "title",
        "summary",
        "audience",
        "organisation",
        "team",
        "category",
        "service",
        "known_error",
    ];
    let revisions = [
        "revision",
        "author",
        "published_revision",
        "published_by",
        "published_at",
        "first_published_at",
        "review_on",
    ];
    Layout {
        list: owned(&[
            "number",
            "title",
            "state",
            "audience",
            "category",
            "author",
            "published_at",
        ]),
        form: vec![
            section("general", &about),
            section("text", &["body", "review_notes", "published_body"]),
            section("revisions", &revisions),
        ],
        create: owned(&[
            "title",
            "summary",
            "body",
            "audience",
            "organisation",
            "team",
            "category",
            "service",
            "known_error",
        ]),
    }
}

fn rules_only(field: &mut FieldDef) {
    field.written_by = WrittenBy::Rules;
}
