//! What readers say of articles: once each, about what they read, and seen by those who look after it.

use base::Uuid;
use test_kit::{Acting, Desk, House, both_databases, problems};

fn published(desk: &Desk, audience: &str) -> Uuid {
    let id = desk.as_author().create(
        "knowledge_article",
        &[
            ("title", "Reset a password"),
            ("body", "Press the button"),
            ("audience", audience),
        ],
    );
    desk.as_author().act(id, "submit", &[]);
    desk.as_publisher().act(id, "publish", &[]);
    id
}

fn say(who: &Acting<'_>, about: Uuid, answer: &str) -> base::Result<Uuid> {
    use dictionary::Value;
    let change = engine::Change::create("article_feedback")
        .with_value("about", Value::Reference(about))
        .with_value("answer", Value::Choice(answer.to_owned()));
    Ok(who.apply(change)?.record)
}

fn sweep() -> practices::Sweep {
    let mut all = practices::sweeps().into_iter();
    all.find(|it| it.name == "feedback_reclassify")
        .expect("there is one")
}

/// Feedback whose access class is not the one that follows from its article.
fn due(desk: &Desk) -> Vec<Uuid> {
    let ctx = desk.engine.system_ctx(desk.tenant, engine::Surface::Job);
    let found = desk
        .as_system()
        .find("article_feedback", (sweep().due)(&ctx))
        .expect("readable");
    found.iter().map(|it| it.id()).collect()
}

#[track_caller]
fn refused(answer: base::Result<Uuid>, why: &str) {
    let told = problems(&answer.expect_err(why));
    assert!(told.contains(why), "{told}");
}

both_databases! {
    fn an_answer_says_who_read_what(database) {
        let desk = Desk::on(database);
        let about = published(&desk, "everybody");
        let id = say(&desk.as_requester(), about, "solved").expect("she may read it");
        desk.expect(id, &[
            ("title", "KB0000001: solved"), ("person", "Rita"), ("revision", "1"), ("access", "1"), ("answer", "solved"),
        ]);
        let mine = desk.as_requester().list("article_feedback", "answer:solved");
        assert_eq!(mine.len(), 1, "one sees one's own answers");
        assert!(desk.as_person(House::ROB).list("article_feedback", "").is_empty(), "and no others");
        for reads in [desk.as_agent(), desk.as_author(), desk.as_publisher(), desk.as_auditor()] {
            assert_eq!(reads.list("article_feedback", "answer:solved").len(), 1);
        }
    }

    fn an_opinion_counts_once_and_what_solved_something_once_a_day(database) {
        let desk = Desk::on(database);
        let about = published(&desk, "everybody");
        let rita = desk.as_requester();
        let helpful = say(&rita, about, "helpful").expect("the first");
        refused(say(&rita, about, "not_helpful"), "refused-not-unique");
        rita.try_do(helpful, engine::Action::Delete).expect("she takes it back");
        say(&rita, about, "not_helpful").expect("and says something else");
        say(&desk.as_agent(), about, "helpful").expect("others have an opinion of their own");
        say(&rita, about, "solved").expect("today");
        refused(say(&rita, about, "solved"), "refused-not-unique");
        desk.wait_days(1);
        say(&rita, about, "solved").expect("another day");
    }

    fn nobody_speaks_for_others_or_of_what_they_may_not_read(database) {
        let desk = Desk::on(database);
        let agents = published(&desk, "agents");
        refused(say(&desk.as_requester(), agents, "solved"), "reference-unknown");
        let id = say(&desk.as_agent(), agents, "helpful").expect("agents read it");
        let answer = desk.as_author().try_update(id, &[("answer", "not_helpful")]);
        assert!(answer.is_err(), "answers are not rewritten");
        for stranger in [desk.as_author(), desk.as_publisher(), desk.as_person(House::NOAH)] {
            let gone = stranger.try_do(id, engine::Action::Delete);
            assert!(problems(&gone.expect_err("not theirs")).starts_with("forbidden"));
        }
        let made_up = desk.as_agent().try_create("article_feedback", &[("answer", "helpful"), ("person", "Rita")]);
        assert!(made_up.is_err());
    }

    fn what_is_said_of_confidential_articles_is_confidential(database) {
        let desk = Desk::on(database);
        let id = published(&desk, "confidential");
        let said = say(&desk.as_author(), id, "not_helpful").expect("its author reads it");
        desk.expect(said, &[("access", "2")]);
        assert!(desk.as_agent().try_get(said).is_err());
        assert!(desk.as_author().try_get(said).is_ok(), "it is her own answer");
    }

    fn what_was_said_goes_along_where_an_article_becomes_one_for_few(database) {
        let desk = Desk::on(database);
        let (id, other) = (published(&desk, "everybody"), published(&desk, "everybody"));
        let said = say(&desk.as_requester(), id, "solved").expect("she may read it");
        let elsewhere = say(&desk.as_requester(), other, "solved").expect("she may read it");
        assert!(desk.as_agent().try_get(said).is_ok());
        desk.as_system().update(id, &[("audience", "confidential")]);
        desk.expect(said, &[("access", "2"), ("answer", "solved"), ("person", "Rita"), ("revision", "1")]);
        desk.expect(elsewhere, &[("access", "1")]);
        assert!(desk.as_agent().try_get(said).is_err(), "it may tell what stands in the article");
        assert!(desk.as_requester().try_get(said).is_ok(), "it is her own answer");
        assert!(due(&desk).is_empty(), "nothing is left for the sweep");
        desk.as_system().update(id, &[("audience", "agents")]);
        desk.expect(said, &[("access", "1")]);
    }

    fn a_sweep_brings_what_a_change_of_the_article_did_not_reach(database) {
        let desk = Desk::on(database);
        let id = published(&desk, "everybody");
        let said = say(&desk.as_requester(), id, "helpful").expect("she may read it");
        let change = engine::Change::update("knowledge_article", id);
        desk.as_system().replay("2026-01-05T09:00:00Z", change, &[("audience", "confidential")]);
        desk.expect(said, &[("access", "1")]);
        assert_eq!(due(&desk), [said], "a replay causes nothing");
        desk.as_system().apply((sweep().change)(said)).expect("the door takes it");
        desk.expect(said, &[("access", "2")]);
        assert!(due(&desk).is_empty());
    }
}
