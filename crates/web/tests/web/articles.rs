//! Articles in the portal: found by what somebody types, read, and answered; and the way on where they do not help.

use base::Uuid;
use serde_json::json;
use test_kit::{Desk, House, both_databases};

use crate::html::{page, send, text};
use crate::office::Office;

/// A published article.
pub fn published(desk: &Desk, title: &str, body: &str) -> Uuid {
    let id = desk
        .as_author()
        .create("knowledge_article", &[("title", title), ("body", body)]);
    desk.as_author().act(id, "submit", &[]);
    desk.as_publisher().act(id, "publish", &[]);
    id
}

const ARTICLE: &str = "/portal/knowledge_article/KB0000001";

both_databases! {
    fn what_an_article_solves_is_counted_with_the_words_that_led_there(database) {
        let office = Office::on(database);
        published(&office.desk, "Clean the drum", "## When it squeaks\n\nWipe the drum of the printer");
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let found = text(&page(&rita, "/portal/search?q=drum+squeaks").expect(200));
        assert!(found.contains(&format!("{ARTICLE}?q=drum+squeaks")), "{found}");
        let shown = text(&page(&rita, &format!("{ARTICLE}?q=drum+squeaks")).expect(200));
        for part in [
            "<h2>When it squeaks</h2>", "This solved it", "Report it anyway", "/portal/new/incident?title=drum+squeaks",
            r#"name="q" value="drum squeaks""#,
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let sent = send(&rita, &format!("{ARTICLE}/feedback"), &[("answer", "solved"), ("q", "drum squeaks")]).expect(303);
        assert_eq!(sent.header("location"), format!("{ARTICLE}?q=drum+squeaks"));
        assert!(sent.header("set-cookie").contains("notice-solved"));
        // Pressed twice, it counts once.
        send(&rita, &format!("{ARTICLE}/feedback"), &[("answer", "solved")]).expect(303);
        let max = office.bearer(House::MAX);
        let counted = max.get("/article_feedback/aggregate?filter=answer:solved&group=about&measure=count").expect(200);
        assert_eq!(counted.json["rows"].as_array().map(Vec::len), Some(1), "{}", counted.json);
        assert!(counted.json.to_string().contains("Clean the drum"), "{}", counted.json);
        let listed = max.get("/article_feedback?fields=searched,person,created_at,about").expect(200);
        assert_eq!(listed.json["records"][0]["searched"], json!("drum squeaks"), "{}", listed.json);
        assert!(listed.json.to_string().contains("Rita"), "{}", listed.json);
        // It is said on the page, and taken back there.
        let shown = text(&page(&rita, ARTICLE).expect(200));
        assert!(shown.contains("Good, this solved it") && !shown.contains(r#"value="solved""#), "{shown}");
        let undo = shown.split("action=\"").filter_map(|it| it.split('"').next()).find(|it| it.ends_with("/remove"));
        send(&rita, undo.expect("a way back"), &[]).expect(303);
        assert_eq!(max.get("/article_feedback").expect(200).json["records"], json!([]));
        assert!(text(&page(&rita, ARTICLE).expect(200)).contains(r#"value="solved""#));
    }

    fn what_an_article_does_not_solve_is_reported_with_the_words_that_were_searched(database) {
        let office = Office::on(database);
        published(&office.desk, "Clean the drum", "Wipe it");
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let shown = text(&page(&rita, &format!("{ARTICLE}?q=No+drum%0AThe+%22blue%22+one+%26+mine")).expect(200));
        let href = shown.split("href=\"").filter_map(|it| it.split('"').next()).find(|it| it.starts_with("/portal/new/incident"));
        let form = text(&page(&rita, &href.expect("a way on").replace("&amp;", "&")).expect(200));
        assert!(form.contains(r#"value="No drum""#), "{form}");
        assert!(form.contains("The &quot;blue&quot; one &amp; mine</textarea>"), "{form}");
        assert!(!form.contains("No drum</textarea>"), "the title is not said twice");
    }

    fn an_opinion_is_given_changed_and_taken_back(database) {
        let office = Office::on(database);
        published(&office.desk, "Clean the drum", "Wipe it");
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let place = format!("{ARTICLE}/feedback");
        send(&rita, &place, &[("answer", "helpful")]).expect(303);
        assert!(text(&page(&rita, ARTICLE).expect(200)).contains("You said: Helpful."));
        send(&rita, &place, &[("answer", "not_helpful"), ("words", "Which drum?")]).expect(303);
        let shown = text(&page(&rita, ARTICLE).expect(200));
        assert!(shown.contains("You said: Not helpful.") && !shown.contains("You said: Helpful"), "{shown}");
        let max = office.bearer(House::MAX);
        let listed = max.get("/article_feedback?fields=answer,words").expect(200).json;
        assert_eq!(listed["records"].as_array().map(Vec::len), Some(1), "one opinion each: {listed}");
        assert_eq!(listed["records"][0]["words"], json!("Which drum?"));
        send(&rita, &place, &[("answer", "made up")]).expect(422);
        send(&rita, &place, &[]).expect(422);
        let kept = max.get("/article_feedback?fields=answer").expect(200).json;
        assert_eq!(kept["records"].as_array().map(Vec::len), Some(1), "a refusal changes nothing: {kept}");
        // Another's answer is not hers to take back.
        let id = kept["records"][0]["id"].as_str().unwrap().to_owned();
        office.give_login(House::ROB, "rob");
        send(&office.browser("rob"), &format!("{place}/{id}/remove"), &[]).expect(303);
        assert_eq!(max.get("/article_feedback").expect(200).json["records"].as_array().map(Vec::len), Some(1));
        send(&rita, &format!("{place}/{id}/remove"), &[]).expect(303);
        assert_eq!(max.get("/article_feedback").expect(200).json["records"], json!([]));
    }

    fn whoever_may_not_read_an_article_says_nothing_of_it(database) {
        let office = Office::on(database);
        let id = published(&office.desk, "The master key", "Under the mat");
        office.desk.as_publisher().update(id, &[("audience", "agents")]);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        page(&rita, ARTICLE).expect(404);
        send(&rita, &format!("{ARTICLE}/feedback"), &[("answer", "solved")]).expect(404);
        send(&rita, &format!("{ARTICLE}/feedback/{id}/remove"), &[]).expect(404);
        assert!(!text(&page(&rita, "/portal/search?q=master").expect(200)).contains("master key"));
        let forged = json!({ "about": id, "answer": "helpful" });
        office.bearer(House::RITA).post("/article_feedback", &forged).expect(422).names("about", "reference-unknown");
    }

    fn a_text_in_work_is_not_for_readers(database) {
        let office = Office::on(database);
        let id = published(&office.desk, "Clean the drum", "Wipe it");
        office.desk.as_author().act(id, "revise", &[]);
        office.desk.as_author().update(id, &[("body", "Throw it away")]);
        office.give_login(House::KIM, "kim");
        let shown = text(&page(&office.browser("kim"), ARTICLE).expect(200));
        assert!(shown.contains("Wipe it") && !shown.contains("Throw it away"), "as readers see it: {shown}");
        office.desk.as_author().create("knowledge_article", &[("title", "New"), ("body", "Not yet")]);
        let shown = text(&page(&office.browser("kim"), "/portal/knowledge_article/KB0000002").expect(200));
        assert!(shown.contains("Nothing is published yet") && !shown.contains("This solved it"), "{shown}");
    }
}
