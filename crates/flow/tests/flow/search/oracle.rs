//! The same is found on both databases, and for everybody: exactly what a look at everything that they may read
//! finds. Words are folded by the same function here; what it does has tests of its own.

use std::collections::BTreeSet;

use base::Uuid;
use dictionary::{Kind, Query, Value};
use engine::{Comment, Ctx, TimelineItem};
use flow::search::SearchQuery;
use search::text::prepared;
use serde_json::json;
use test_kit::{Desk, House, both_databases};

use super::{search, typed};

/// What people and machines write, hard and easy.
const WORDS: [&str; 32] = [
    "vpn",
    "VPN",
    "Größe",
    "GROSSE",
    "ﬁnance",
    "finance",
    "İstanbul",
    "istanbul",
    "日本語",
    "本",
    "error",
    "619",
    "0619",
    "Ärger",
    "arger",
    "don't",
    "wi-fi",
    "wifi",
    "ΣΊΣΥΦΟΣ",
    "σίσυφος",
    "e\u{301}t\u{e9}",
    "ete",
    "a",
    "ab",
    "abc",
    "ＦＵＬＬ",
    "full",
    "हिन्दी",
    "soft\u{ad}ware",
    "software",
    "𝔵",
    "\u{1F600}",
];

/// Knuth's generator: the same texts in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn text(&mut self, most: usize) -> String {
        let count = 1 + self.below(most);
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join([" ", ", ", " - ", "/"][self.below(4)])
    }
}

/// Texts of a record that somebody may read, as words.
type Seen = Vec<(Uuid, Vec<Vec<String>>)>;

/// Everything that the person may read, by the reader and the timeline.
fn everything(desk: &Desk, ctx: &Ctx) -> Seen {
    let snapshot = desk.engine.snapshot();
    let ctx = Ctx {
        snapshot: snapshot.clone(),
        ..ctx.clone()
    };
    let mut seen = Seen::new();
    for record_type in snapshot.dictionary.types() {
        let found = std::sync::Arc::clone(record_type);
        let query = Query {
            record_type: Some(found.name.clone()),
            ..Query::default()
        };
        let read = desk.engine.read_blocking(&ctx, move |reading| {
            let mut query = query.clone();
            query.page.limit = Some(200);
            let rows = reading.list(&query)?.rows;
            let ids: Vec<Uuid> = rows.iter().map(engine::read::Visible::id).collect();
            let stories = reading.timelines(&found, &ids)?.0;
            Ok((rows, stories))
        });
        // Who may read nothing of a type is refused.
        let Ok((rows, mut stories)) = read else {
            continue;
        };
        assert!(rows.len() < 200, "the oracle sees all");
        for row in rows {
            let is_text = |kind: &Kind| {
                matches!(
                    kind,
                    Kind::Text { .. } | Kind::LongText | Kind::Email | Kind::Url
                )
            };
            let fields = row
                .fields()
                .filter(|(field, _)| is_text(&field.kind))
                .filter_map(|(_, value)| match value {
                    Value::Text(text) => Some(text.clone()),
                    _ => None,
                });
            let said = stories.remove(&row.id()).unwrap_or_default();
            let said = said.into_iter().filter_map(|it| match it.item {
                TimelineItem::Comment { text, .. } => Some(text),
                TimelineItem::Change { .. } => None,
            });
            seen.push((
                row.id(),
                fields.chain(said).map(|it| prepared(&it)).collect(),
            ));
        }
    }
    seen
}

/// One condition of a question.
struct Wanted {
    words: Vec<String>,
    begun: bool,
    not: bool,
}

impl Wanted {
    fn random(random: &mut Random) -> (String, Self) {
        let not = random.below(6) == 0;
        let (mut text, words, mut begun) = match random.below(5) {
            0 => {
                let phrase = random.text(3);
                (format!("\"{phrase}\""), prepared(&phrase), false)
            }
            1 => {
                let word: String = random.word().chars().take(2).collect();
                (format!("{word}*"), prepared(&word), true)
            }
            _ => {
                let word = random.word();
                (word.to_owned(), prepared(word), false)
            }
        };
        // A single character is never only the beginning of a word.
        begun &= words.last().is_some_and(|it| it.chars().count() >= 2);
        if not {
            text.insert(0, '-');
        }
        (text, Self { words, begun, not })
    }

    fn holds(&self, texts: &[Vec<String>]) -> bool {
        let here = |text: &Vec<String>| {
            text.windows(self.words.len()).any(|part| {
                part.iter()
                    .zip(&self.words)
                    .enumerate()
                    .all(|(at, (word, wanted))| {
                        word == wanted
                            || (self.begun
                                && at + 1 == part.len()
                                && word.starts_with(wanted.as_str()))
                    })
            })
        };
        self.words.is_empty() || (texts.iter().any(here) != self.not)
    }
}

/// All that is found, page by page.
fn all(desk: &Desk, ctx: &Ctx, text: &str) -> BTreeSet<Uuid> {
    let mut found = BTreeSet::new();
    let mut query = SearchQuery {
        limit: Some(7),
        ..typed(text)
    };
    loop {
        let page = search(desk, ctx, query.clone());
        for hit in &page.hits {
            assert!(found.insert(hit.record.id()), "{text}: found twice");
        }
        if query.after.is_none() {
            let counted: usize = page.types.iter().map(|it| it.count).sum();
            assert!(counted >= page.hits.len(), "{text}: counts {counted}");
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return found,
        }
    }
}

fn fill(desk: &Desk, random: &mut Random) {
    let people = [House::RITA, House::ROB, House::ADA, House::OLGA];
    let teams = [House::SERVICE_DESK, House::NETWORK, House::SUPPLIER];
    for _ in 0..40 {
        let (title, description, vendor) = (random.text(4), random.text(8), random.text(3));
        let (requester, team) = (
            people[random.below(4)].to_string(),
            teams[random.below(3)].to_string(),
        );
        let access = random.below(3).to_string();
        let mut fields = vec![
            ("title", title.as_str()),
            ("requester", &requester),
            ("team", &team),
            ("access", &access),
        ];
        if random.below(3) > 0 {
            fields.push(("description", &description));
        }
        if random.below(3) == 0 {
            fields.push(("vendor_reference", &vendor));
        }
        let record = desk.as_system().create("incident", &fields);
        for _ in 0..random.below(3) {
            let text = random.text(5);
            let comment = if random.below(2) == 0 {
                Comment::public(text)
            } else {
                Comment::private(text)
            };
            desk.as_system().try_comment(record, comment).unwrap();
        }
    }
    for _ in 0..6 {
        let (title, body) = (random.text(4), random.text(9));
        desk.as_author()
            .create("knowledge_article", &[("title", &title), ("body", &body)]);
    }
}

fn compare(desk: &Desk, random: &mut Random, questions: usize) {
    let mut askers: Vec<(String, Ctx)> = test_kit::PEOPLE
        .iter()
        .map(|it| (it.0.to_owned(), desk.as_person(it.1).ctx))
        .collect();
    askers.push(("the system".to_owned(), desk.as_system().ctx));
    let seen: Vec<Seen> = askers.iter().map(|it| everything(desk, &it.1)).collect();
    let mut hits = 0;
    for _ in 0..questions {
        let count = 1 + random.below(3);
        let parts: Vec<(String, Wanted)> = (0..count).map(|_| Wanted::random(random)).collect();
        if parts.iter().all(|it| it.1.words.is_empty()) {
            continue;
        }
        let text = parts
            .iter()
            .map(|it| it.0.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        for ((name, ctx), seen) in askers.iter().zip(&seen) {
            let holds = |texts: &[Vec<String>]| parts.iter().all(|it| it.1.holds(texts));
            let expected: BTreeSet<Uuid> = seen
                .iter()
                .filter(|it| holds(&it.1))
                .map(|it| it.0)
                .collect();
            let found = all(desk, ctx, &text);
            assert_eq!(found, expected, "{name} asks for {text}");
            hits += found.len();
        }
    }
    assert!(hits > questions, "the questions find something: {hits}");
}

both_databases! {
    fn everybody_finds_what_they_may_read_and_nothing_else(database) {
        let desk = Desk::on(database);
        let mut random = Random(20_260_302);
        fill(&desk, &mut random);
        compare(&desk, &mut random, 60);
    }

    fn roles_that_open_single_fields_find_in_these_alone(database) {
        let desk = Desk::on(database);
        let mut random = Random(20_260_303);
        fill(&desk, &mut random);
        let grant = |actions: &[&str], read: serde_json::Value, rows: serde_json::Value| json!({
            "types": ["incident"], "actions": actions, "rows": rows, "read_fields": read, "write_fields": "none",
        });
        let mine = json!({ "field": "requester", "op": "=", "value": { "relative": "me" } });
        let team = json!({ "field": "team", "op": "=", "value": { "relative": "my_teams" } });
        let always = serde_json::Value::Null;
        desk.set("roles", json!([
            { "code": "requester", "grants": [
                grant(&["read"], json!({ "only": ["title"] }), always.clone()),
                grant(&["read"], json!({ "only": ["description", "number"] }), mine.clone()),
            ] },
            { "code": "agent", "grants": [
                grant(&["read"], json!("public"), always.clone()),
                grant(&["read"], json!("all"), team.clone()),
                grant(&["read_notes"], json!("none"), mine),
            ] },
            { "code": "approver", "grants": [grant(&["read", "read_notes"], json!("none"), team)] },
        ]));
        store::block_on(flow::reindex(&desk.engine)).unwrap();
        compare(&desk, &mut random, 40);
    }
}
