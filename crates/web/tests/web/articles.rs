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

    fn an_article_is_linked_to_what_it_solved_and_knows_it(database) {
        let office = Office::on(database);
        let (desk, wipe) = (&office.desk, "Wipe the drum of the printer until it squeaks no more");
        let id = published(desk, "Clean the squeaking drum", wipe);
        published(desk, "Reset a password", "Press the button");
        desk.as_requester().create("incident", &[("title", "The printer drum squeaks")]);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains(r#"data-fetch="/incident/INC0000001/helpful""#), "{shown}");
        for place in ["/incident/INC0000001/helpful", "/incident/INC0000001/similar"] {
            let offered = text(&page(&ada, place).expect(200));
            assert!(offered.contains(r#"name="to" value="KB0000001""#), "{offered}");
        }
        let link = [("kind", "solved_by"), ("to", "KB0000001")];
        send(&ada, "/incident/INC0000001/link", &link).expect(303);
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("solved by") && shown.contains("/knowledge_article/KB0000001"), "{shown}");
        for place in ["/incident/INC0000001/helpful", "/incident/INC0000001/similar"] {
            assert!(!text(&page(&ada, place).expect(200)).contains(r#"value="KB0000001""#), "once is enough");
        }
        let article = text(&page(&ada, "/knowledge_article/KB0000001").expect(200));
        assert!(article.contains("/incident/INC0000001") && article.contains("<dt>Used by records</dt><dd>1</dd>"), "{article}");
        // Counted by the API as well.
        let links = office.bearer(House::MAX).get(&format!("/knowledge_article/{id}/links")).expect(200);
        assert!(links.json.to_string().contains("solved_by"), "{}", links.json);
        // Who may not link is offered nothing, and confidential articles are offered to nobody who may not read them.
        office.give_login(House::OTTO, "otto");
        let shown = text(&page(&office.browser("otto"), "/incident/INC0000001").expect(200));
        assert!(!shown.contains("data-fetch"), "{shown}");
        assert_eq!(text(&page(&office.browser("otto"), "/incident/INC0000001/helpful").expect(200)), "");
        send(&ada, "/incident/INC0000001/unlink", &[("kind", "solved_by"), ("to", &id.to_string())]).expect(303);
        desk.as_publisher().update(id, &[("audience", "confidential")]);
        assert!(!text(&page(&ada, "/incident/INC0000001/helpful").expect(200)).contains("squeaking"));
    }

    fn those_who_look_after_an_article_hear_what_readers_say(database) {
        let office = Office::on(database);
        let id = published(&office.desk, "Clean the drum", "Wipe it");
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let said = [("answer", "not_helpful"), ("words", "Which <drum>?")];
        send(&rita, &format!("{ARTICLE}/feedback"), &said).expect(303);
        send(&rita, &format!("{ARTICLE}/feedback"), &[("answer", "solved")]).expect(303);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let shown = text(&page(&ada, "/knowledge_article/KB0000001").expect(200));
        for part in ["What readers say", "Which &lt;drum&gt;?", "Rita Requester", "about%3AKB0000001+answer%3Asolved", ">1</a>"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let listed = text(&page(&ada, "/article_feedback?q=about%3AKB0000001+answer%3Anot_helpful").expect(200));
        assert!(listed.contains("Which &lt;drum&gt;?") && listed.contains("Clean the drum"), "{listed}");
        // A requester reads what is said neither there nor in the API.
        office.give_login(House::ROB, "rob");
        let rob = text(&page(&office.browser("rob"), ARTICLE).expect(200));
        assert!(!rob.contains("Which"), "{rob}");
        let seen = office.bearer(House::ROB).get("/article_feedback").expect(200);
        assert_eq!(seen.json["records"], json!([]), "{id}");
    }

    fn any_two_versions_are_compared(database) {
        let office = Office::on(database);
        let id = published(&office.desk, "Clean the drum", "Wipe the drum.\nThen close the lid.");
        office.desk.as_author().act(id, "revise", &[]);
        office.desk.as_author().update(id, &[("body", "Wipe the <blue> drum.\nThen close the lid."), ("title", "Clean it")]);
        office.give_login(House::KIM, "kim");
        let kim = office.browser("kim");
        let versions = "/knowledge_article/KB0000001/versions";
        // Without a wish: what is in work against what readers see.
        let shown = text(&page(&kim, versions).expect(200));
        for part in ["<del>", "<ins>", "<mark>&lt;blue&gt;", "Then close the lid.", "Publish</option>", "Pam Publisher"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let asked = text(&page(&kim, &format!("{versions}?from=5&to=1")).expect(200));
        assert!(asked.contains("<del>Clean <mark>it") && asked.contains("<ins>Clean <mark>the drum"), "backwards too: {asked}");
        let same = text(&page(&kim, &format!("{versions}?from=1&to=3")).expect(200));
        assert!(same.contains("These two versions say the same") && !same.contains("<ins>"), "{same}");
        page(&kim, &format!("{versions}?from=x&to=99")).expect(200);
        // Versions are history, and for those who may read it.
        office.give_login(House::RITA, "rita");
        page(&office.browser("rita"), versions).expect(403);
        office.desk.as_publisher().update(id, &[("audience", "confidential")]);
        office.give_login(House::ADA, "ada");
        page(&office.browser("ada"), versions).expect(404);
    }
}
