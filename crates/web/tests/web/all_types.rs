//! The same walk through every type of the dictionary.

use base::Uuid;
use dictionary::{Kind, TypeDef, WrittenBy};
use serde_json::{Map, Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::Office;

both_databases! {
    fn every_type_is_made_read_listed_changed_deleted_and_restored(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let article = office.desk.as_author().create("knowledge_article", &[("title", "Wipe it")]);
        let types: Vec<_> = office.desk.engine.snapshot().dictionary.types().cloned().collect();
        assert!(types.len() >= 10);
        for of in types {
            walk(&office, &syd, (&of, article));
        }
    }
}

fn walk(office: &Office, syd: &crate::office::Client<'_>, (of, article): (&TypeDef, Uuid)) {
    let root = format!("/{}", of.name);
    // Administrators do not work on every type; the one who may is whoever the roles say.
    let people = [House::SYD, House::TINA, House::MAX, House::ADA, House::KIM];
    let able = people
        .iter()
        .map(|it| office.bearer(*it))
        .find_map(|client| {
            let answer = client.post(&root, &body(of, article));
            (answer.status.as_u16() == 201).then_some((client, answer))
        });
    let Some((client, made)) = able else {
        panic!(
            "nobody can make a {}: {}",
            of.name,
            syd.post(&root, &body(of, article)).json
        );
    };
    let path = format!("{root}/{}", made.id());
    let read = client.get(&path).expect(200);
    assert_eq!(read.json, made.json, "{}", of.name);
    for (name, sent) in body(of, article).as_object().unwrap() {
        let stored = &read.json[name];
        let id = stored.get("id").unwrap_or(stored);
        assert_eq!(id, sent, "{name} of {}", of.name);
    }
    let listed = client
        .get(&format!("{root}?filter=id%3A{}&fields=version", made.id()))
        .expect(200);
    assert_eq!(
        listed.json["records"],
        json!([{ "id": made.id(), "type": of.name, "version": 1 }]),
        "{}",
        of.name
    );
    client.get(&format!("{path}/timeline")).expect(200);
    client.get(&format!("{path}/links")).expect(200);
    client.get(&format!("/types/{}", of.name)).expect(200);
    client.get(&format!("{root}/aggregate")).expect(200);
    for field in of.fields.iter().filter(|it| it.kind.is_sortable()) {
        let sorted = client.get(&format!("{root}?sort=-{0}&fields={0}&limit=1", field.name));
        assert!(
            matches!(sorted.status.as_u16(), 200 | 400),
            "{}.{}: {}",
            of.name,
            field.name,
            sorted.json
        );
    }
}

/// Values for the fields that a new record must have.
fn body(of: &TypeDef, article: Uuid) -> Json {
    let mut members = Map::new();
    for field in &of.fields {
        let is_given =
            field.required && field.default.is_none() && field.written_by != WrittenBy::Rules;
        if !is_given {
            continue;
        }
        let value = match &field.kind {
            Kind::Reference { to } => json!(match to.as_deref() {
                Some("person") => House::RITA,
                Some("team") => House::NETWORK,
                Some("organisation") => House::ACME,
                Some("service") => House::MAIL,
                Some("category") => House::HARDWARE,
                Some("knowledge_article") => article,
                _ => House::MAIL,
            }),
            Kind::Choice => json!(field.choices[0].code),
            Kind::Integer => json!(1),
            Kind::Boolean => json!(true),
            Kind::Email => json!("new@example.org"),
            _ if field.name == "role" => json!("agent"),
            _ => json!(format!("A new {}", of.name)),
        };
        members.insert(field.name.clone(), value);
    }
    Json::Object(members)
}
