//! Who reads which article, held in every place where one could be seen.

use std::collections::BTreeSet;

use base::Uuid;
use serde_json::json;
use test_kit::{Database, House, both_databases};

use crate::articles::published;
use crate::html::{page, send, text};
use crate::office::Office;

/// Audience of each article, and who reads it: Rita is of Acme, Rob of Globex; Ada is of the service desk, Noah of the
/// network team, Sam a supplier; Kim writes, Pam publishes, Max manages, Otto audits.
const ARTICLES: [(&str, &[&str]); 5] = [
    (
        "everybody",
        &["rita", "rob", "ada", "noah", "kim", "pam", "max", "otto"],
    ),
    (
        "organisation",
        &["rita", "ada", "noah", "kim", "pam", "max", "otto"],
    ),
    ("agents", &["ada", "noah", "kim", "pam", "max", "otto"]),
    ("team", &["noah", "kim", "pam", "max", "otto"]),
    ("confidential", &["kim", "pam", "max"]),
];

const PEOPLE: [(&str, Uuid); 9] = [
    ("rita", House::RITA),
    ("rob", House::ROB),
    ("ada", House::ADA),
    ("noah", House::NOAH),
    ("kim", House::KIM),
    ("pam", House::PAM),
    ("max", House::MAX),
    ("otto", House::OTTO),
    ("sam", House::SAM),
];

/// One article for each audience, for Acme and the network team; KB1 is for everybody, and so on.
fn filled(database: Database) -> Office {
    let office = Office::on(database);
    for (audience, _) in ARTICLES {
        let id = published(
            &office.desk,
            &format!("Walrus of {audience}"),
            "It eats clams",
        );
        let pam = office.desk.as_publisher();
        pam.assign(id, &[("organisation", "Acme"), ("team", "Network")]);
        pam.update(id, &[("audience", audience)]);
    }
    for (login, person) in PEOPLE {
        office.give_login(person, login);
    }
    office
}

/// The article with that number.
fn numbered(office: &Office, number: usize) -> Uuid {
    let filter = format!("number:KB000000{number}");
    office.desk.as_system().list("knowledge_article", &filter)[0].id()
}

fn read_by(login: &str) -> BTreeSet<&'static str> {
    let readers = ARTICLES.iter().filter(|it| it.1.contains(&login));
    readers.map(|it| it.0).collect()
}

fn named_in(text: &str) -> BTreeSet<&'static str> {
    let named = |audience: &&str| {
        text.contains(&format!("alrus of {audience}"))
            || text.contains(&format!("alrus</mark> of {audience}"))
    };
    ARTICLES.iter().map(|it| it.0).filter(named).collect()
}

both_databases! {
    fn nobody_sees_an_article_for_others_anywhere(database) {
        let office = filled(database);
        let fault = office.desk.as_requester().create("incident", &[("title", "A walrus eats clams"), ("requester", "Rita")]);
        for (login, person) in PEOPLE {
            let (wanted, browser, program) = (read_by(login), office.browser(login), office.bearer(person));
            let may_list = login != "sam";
            for (number, (audience, _)) in (1..).zip(ARTICLES) {
                let expected = if wanted.contains(audience) { 200 } else { 404 };
                let key = format!("KB000000{number}");
                let shown = page(&browser, &format!("/portal/knowledge_article/{key}"));
                assert_eq!(shown.status.as_u16(), expected, "{login}: page of {audience}");
                let read = program.get(&format!("/knowledge_article/{key}"));
                let refused = read.status.as_u16() != 200;
                assert_eq!(refused, expected != 200, "{login}: API of {audience}: {}", read.json);
                assert_eq!(named_in(&read.json.to_string()).len(), usize::from(!refused), "{login}: {}", read.json);
                for below in ["timeline", "links", "attachments", "similar"] {
                    let answer = program.get(&format!("/knowledge_article/{key}/{below}"));
                    let is_hidden = answer.status.as_u16() == 404 || answer.status.as_u16() == 403;
                    assert!(expected == 200 || is_hidden, "{login}: {below} of {audience}: {}", answer.json);
                }
            }
            let places = ["/search?q=walrus&type=knowledge_article", "/portal/search?q=walrus", "/search?q=walrus&part=few", "/portal/search?type=knowledge_article", "/portal/knowledge_article", "/portal/alike?text=A+walrus+eats+clams"];
            for place in places {
                let found = named_in(&text(&page(&browser, place)));
                assert!(found.is_subset(&wanted), "{login}: {place} shows {found:?}");
                let whole = place.starts_with("/portal/search");
                assert!(!whole || found == wanted, "{login}: {place} shows only {found:?}");
            }
            if may_list {
                let listed = program.get("/knowledge_article?fields=title").expect(200);
                assert_eq!(named_in(&listed.json.to_string()), wanted, "{login}: list");
                let counted = program.get("/knowledge_article/aggregate?measure=count&group=title").expect(200);
                assert_eq!(named_in(&counted.json.to_string()), wanted, "{login}: aggregate");
            }
            let found = program.get("/search?q=walrus").json.to_string();
            assert_eq!(named_in(&found), wanted, "{login}: search");
            for exported in ["/api/v1/knowledge_article/export", "/knowledge_article/export?format=csv", "/knowledge_article/export?format=json", "/records/export?format=json", "/api/v1/records/export"] {
                let file = text(&browser.raw("GET", exported, None, Vec::new(), &[]));
                assert!(named_in(&file).is_subset(&wanted), "{login}: {exported}");
            }
            let alike = program.get(&format!("/incident/{fault}/similar?types=knowledge_article")).json.to_string();
            assert!(named_in(&alike).is_subset(&wanted), "{login}: {alike}");
        }
    }

    fn what_refers_to_an_article_does_not_name_it(database) {
        let office = filled(database);
        let fault = office.desk.as_requester().create("incident", &[("title", "Clams are missing"), ("requester", "Rita")]);
        let noah = office.browser("noah");
        for number in 1..=4 {
            let link = [("kind", "solved_by"), ("to", &*format!("KB000000{number}"))];
            send(&noah, "/incident/INC0000001/link", &link).expect(303);
            let about = json!({ "about": numbered(&office, number), "answer": "helpful" });
            office.bearer(House::NOAH).post("/article_feedback", &about).expect(201);
        }
        for login in ["rita", "ada"] {
            let (wanted, browser) = (read_by(login), office.browser(login));
            let program = office.bearer(PEOPLE.iter().find(|it| it.0 == login).unwrap().1);
            for place in ["/incident/INC0000001", "/portal/incident/INC0000001", "/incident/INC0000001?tab=history", "/article_feedback"] {
                let named = named_in(&text(&page(&browser, place)));
                assert!(named.is_subset(&wanted), "{login}: {place} names {named:?}");
            }
            for place in [format!("/incident/{fault}/links"), format!("/incident/{fault}/timeline"), "/article_feedback".to_owned(), "/article_feedback/aggregate?group=about&measure=count".to_owned()] {
                let named = named_in(&program.get(&place).json.to_string());
                assert!(named.is_subset(&wanted), "{login}: {place} names {named:?}");
            }
        }
        let ada = office.browser("ada");
        let shown = named_in(&text(&page(&ada, "/incident/INC0000001").expect(200)));
        assert_eq!(shown, BTreeSet::from(["everybody", "organisation", "agents"]), "what she may read is there");
        let about_team = office.bearer(House::ADA).get("/article_feedback?filter=about.title~walrus&fields=title").expect(200);
        assert_eq!(about_team.json["records"].as_array().map(Vec::len), Some(3), "{}", about_team.json);
    }

    fn an_audience_that_changes_takes_effect_at_once(database) {
        let office = filled(database);
        let (rob, rita) = (office.browser("rob"), office.browser("rita"));
        let place = "/portal/knowledge_article/KB0000002";
        let id = numbered(&office, 2);
        page(&rob, place).expect(404);
        office.desk.as_publisher().assign(id, &[("organisation", "Globex")]);
        page(&rob, place).expect(200);
        page(&rita, place).expect(404);
        assert!(named_in(&text(&page(&rita, "/portal/search?q=walrus"))).iter().all(|it| *it != "organisation"));
        office.desk.as_publisher().act(id, "retire", &[]);
        page(&rob, place).expect(404);
        assert_eq!(named_in(&text(&page(&rob, "/portal/search?q=walrus"))), BTreeSet::from(["everybody"]));
    }

    fn a_draft_for_an_organisation_or_a_team_is_not_for_readers_yet(database) {
        let office = filled(database);
        let kim = office.desk.as_author();
        let fields = [("title", "Draft"), ("body", "x"), ("organisation", "Acme"), ("audience", "organisation")];
        let draft = kim.create("knowledge_article", &fields);
        assert!(office.desk.as_requester().try_get(draft).is_err());
        let told = kim.try_create("knowledge_article", &[("title", "For whom?"), ("body", "x"), ("audience", "team")]);
        assert_eq!(test_kit::problems(&told.expect_err("it names no team")), "team: article-without-team");
        let fields = [("title", "For us"), ("body", "x"), ("team", "Network"), ("audience", "team")];
        let ours = kim.create("knowledge_article", &fields);
        assert!(office.desk.as_person(House::NOAH).try_get(ours).is_ok(), "the team reads its drafts");
        assert!(office.desk.as_agent().try_get(ours).is_err());
    }
}
