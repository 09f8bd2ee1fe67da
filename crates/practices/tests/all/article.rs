//! Knowledge articles: draft, review, published, retired; revisions; who sees which text.

use base::Uuid;
use serde_json::json;
use test_kit::{Desk, both_databases};

use crate::incident::refused;

fn draft(desk: &Desk) -> Uuid {
    desk.as_author().create(
        "knowledge_article",
        &[("title", "Reset a password"), ("body", "First text")],
    )
}

fn published(desk: &Desk) -> Uuid {
    let id = draft(desk);
    desk.as_author().act(id, "submit", &[]);
    desk.as_publisher().act(id, "publish", &[]);
    id
}

both_databases! {
    fn an_article_goes_its_way(database) {
        let desk = Desk::on(database);
        let id = draft(&desk);
        desk.expect(id, &[("state", "draft"), ("revision", "1"), ("author", "Kim"), ("access", "1"), ("number", "KB0000001")]);
        assert!(desk.as_requester().try_get(id).is_err(), "drafts are for those who write");
        desk.as_author().act(id, "submit", &[]);
        refused(&desk.as_publisher(), id, "return", &[], "review_notes: refused-required");
        desk.as_publisher().act(id, "return", &[("review_notes", "Say where")]);
        desk.as_author().update(id, &[("body", "Second text")]);
        desk.as_author().act(id, "submit", &[]);
        desk.as_publisher().act(id, "publish", &[]);
        desk.expect(id, &[
            ("state", "published"), ("published_body", "Second text"), ("published_by", "Pam"), ("access", "0"),
            ("review_notes", ""), ("review_on", "2027-01-05"),
        ]);
        desk.as_publisher().act(id, "retire", &[]);
        desk.expect(id, &[("state", "retired"), ("access", "1")]);
        assert!(desk.as_requester().try_get(id).is_err(), "retired articles are gone for readers");
    }

    fn readers_keep_the_published_text(database) {
        let desk = Desk::on(database);
        let id = published(&desk);
        desk.as_author().act(id, "revise", &[]);
        desk.as_author().update(id, &[("body", "Not yet true")]);
        let seen = desk.as_requester().get(id);
        assert_eq!(seen.value("published_body").to_text(), "First text");
        assert!(seen.get("body").is_none(), "the text in work is for those who write");
        desk.expect(id, &[("revision", "2"), ("published_revision", "1")]);
        desk.as_author().act(id, "submit", &[]);
        desk.as_publisher().act(id, "publish", &[]);
        desk.expect(id, &[("published_body", "Not yet true"), ("published_revision", "2")]);
    }

    fn nobody_publishes_an_own_article(database) {
        let desk = Desk::on(database);
        let id = desk.as_publisher().create("knowledge_article", &[("title", "x"), ("body", "y")]);
        desk.as_publisher().act(id, "submit", &[]);
        refused(&desk.as_publisher(), id, "publish", &[], "article-own");
        desk.set("knowledge_article.publish_own", json!(true));
        desk.as_publisher().act(id, "publish", &[]);
    }

    fn an_author_publishes_nothing(database) {
        let desk = Desk::on(database);
        let id = published(&desk);
        desk.as_publisher().act(id, "revise", &[]);
        desk.as_author().act(id, "submit", &[]);
        refused(
            &desk.as_author(), id, "publish", &[],
            "forbidden: forbidden-action(action: transition:publish, type: knowledge_article)",
        );
    }

    fn what_is_reviewed_is_what_is_published(database) {
        let desk = Desk::on(database);
        let id = draft(&desk);
        desk.as_author().act(id, "submit", &[]);
        let answer = desk.as_author().try_update(id, &[("body", "Something else")]);
        assert_eq!(test_kit::problems(&answer.expect_err("in review")), "body: refused-read-only");
    }

    fn the_audience_decides_who_reads(database) {
        let desk = Desk::on(database);
        let id = published(&desk);
        assert!(desk.as_requester().try_get(id).is_ok());
        desk.as_publisher().update(id, &[("audience", "agents")]);
        assert!(desk.as_requester().try_get(id).is_err());
        assert!(desk.as_agent().try_get(id).is_ok());
        desk.as_publisher().update(id, &[("audience", "confidential")]);
        assert!(desk.as_agent().try_get(id).is_err());
        assert!(desk.as_author().try_get(id).is_ok(), "who wrote it still reads it");
    }
}
