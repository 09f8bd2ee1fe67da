//! The golden permission matrix: what each default role may do to which records of which type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use base::Uuid;
use dictionary::{TypeDef, Value, spine};
use engine::{FieldList, Listed, RoleInForce, SpineRow};
use test_kit::{Database, Desk, House, golden};

/// A record as the row filters of grants see it.
struct Situation {
    name: &'static str,
    mine: bool,
    listed: Listed,
    my_team: bool,
    my_organisation: bool,
    access: i64,
}

/// Situations in which a record may stand to the person who asks.
const SITUATIONS: [Situation; 12] = [
    Situation {
        name: "anybody's",
        mine: false,
        listed: Listed::No,
        my_team: false,
        my_organisation: false,
        access: 0,
    },
    Situation {
        name: "own",
        mine: true,
        listed: Listed::No,
        my_team: false,
        my_organisation: false,
        access: 0,
    },
    Situation {
        name: "naming me",
        mine: false,
        listed: Listed::Named,
        my_team: false,
        my_organisation: false,
        access: 0,
    },
    Situation {
        name: "that I follow",
        mine: false,
        listed: Listed::Follows,
        my_team: false,
        my_organisation: false,
        access: 0,
    },
    Situation {
        name: "my team's",
        mine: false,
        listed: Listed::No,
        my_team: true,
        my_organisation: false,
        access: 0,
    },
    Situation {
        name: "internal",
        mine: true,
        listed: Listed::No,
        my_team: false,
        my_organisation: false,
        access: 1,
    },
    Situation {
        name: "confidential",
        mine: true,
        listed: Listed::No,
        my_team: false,
        my_organisation: false,
        access: 2,
    },
    Situation {
        name: "confidential naming me",
        mine: false,
        listed: Listed::Named,
        my_team: false,
        my_organisation: false,
        access: 2,
    },
    Situation {
        name: "for another organisation",
        mine: false,
        listed: Listed::No,
        my_team: false,
        my_organisation: false,
        access: 3,
    },
    Situation {
        name: "for my organisation",
        mine: false,
        listed: Listed::No,
        my_team: false,
        my_organisation: true,
        access: 3,
    },
    Situation {
        name: "for another team",
        mine: false,
        listed: Listed::No,
        my_team: false,
        my_organisation: false,
        access: 4,
    },
    Situation {
        name: "for my team",
        mine: false,
        listed: Listed::No,
        my_team: true,
        my_organisation: false,
        access: 4,
    },
];

const ACTIONS: [&str; 17] = [
    "read",
    "create",
    "update",
    "assign",
    "comment",
    "note_write",
    "read_notes",
    "attach",
    "link",
    "follow",
    "merge",
    "export",
    "bulk",
    "history",
    "delete",
    "approve",
    "import_history",
];

fn actions(record_type: &TypeDef) -> Vec<String> {
    let steps = record_type
        .lifecycle
        .iter()
        .flat_map(|it| &it.transitions)
        .map(|it| format!("transition:{}", it.name));
    ACTIONS
        .iter()
        .map(|it| (*it).to_owned())
        .chain(steps)
        .collect()
}

fn situations(ctx: &engine::Ctx, record_type: &str, action: &str) -> Vec<&'static str> {
    let holds = |it: &&Situation| {
        let value = |field: &str| match field {
            spine::REQUESTER if it.mine => Value::Reference(ctx.actor.person),
            spine::TEAM if it.my_team => Value::Reference(House::SERVICE_DESK),
            spine::ACCESS => Value::Integer(it.access),
            spine::ORGANISATION if it.my_organisation => Value::Reference(House::ACME),
            spine::ORGANISATION => Value::Reference(House::GLOBEX),
            _ => Value::Null,
        };
        ctx.may(
            record_type,
            action,
            &SpineRow {
                value: &value,
                listed: it.listed,
            },
        )
    };
    SITUATIONS.iter().filter(holds).map(|it| it.name).collect()
}

fn in_words(situations: &[&str]) -> String {
    let last = SITUATIONS.len();
    let all: Vec<_> = SITUATIONS.iter().map(|it| it.name).collect();
    let plain = all[..6].to_vec();
    match situations {
        it if it.len() == last => "every record".to_owned(),
        it if it == plain => "every record but confidential ones".to_owned(),
        it if it == all[..5].to_vec() => "every public record".to_owned(),
        it if it == [plain, vec![all[7]]].concat() => {
            "every record but confidential ones, and those naming me".to_owned()
        }
        it => format!("records {}", it.join(", ")),
    }
}

fn fields(lists: &BTreeSet<String>) -> String {
    if lists.contains("all") {
        "all".to_owned()
    } else {
        lists.iter().cloned().collect::<Vec<_>>().join("; ")
    }
}

fn list_in_words(list: &FieldList) -> String {
    match list {
        FieldList::All => "all".to_owned(),
        FieldList::Public => "public ones".to_owned(),
        FieldList::Only(names) => names.iter().cloned().collect::<Vec<_>>().join(", "),
        FieldList::None => "none".to_owned(),
    }
}

#[test]
fn the_matrix_is_as_approved() {
    let desk = Desk::on(Database::Sqlite);
    let mut ctx = desk.as_agent().ctx;
    ctx.actor.person = Uuid::from_u128(7);
    ctx.actor.teams = vec![House::SERVICE_DESK];
    ctx.actor.organisation = Some(House::ACME);
    let mut text = "What each default role may do, by record type. Actions on one line are allowed on the same records.\n".to_owned();
    for role in practices::default_roles() {
        ctx.actor.roles = vec![RoleInForce {
            role: role.code.clone(),
            organisations: Vec::new(),
        }];
        writeln!(text, "\n{}", role.code).expect("text grows");
        let settings = TypeDef::new("setting");
        let dictionary = ctx.snapshot.dictionary.clone();
        for record_type in dictionary.types().map(|it| &**it).chain([&settings]) {
            let mut by_rows: BTreeMap<Vec<&str>, Vec<String>> = BTreeMap::new();
            for action in actions(record_type) {
                let found = situations(&ctx, &record_type.name, &action);
                if !found.is_empty() {
                    by_rows.entry(found).or_default().push(action);
                }
            }
            if record_type.name == "setting" {
                let areas = role
                    .grants
                    .iter()
                    .filter(|it| it.types.contains("setting"))
                    .flat_map(|it| &it.actions);
                let areas: BTreeSet<_> = areas.map(String::as_str).collect();
                if !areas.is_empty() {
                    writeln!(
                        text,
                        "  setting\n    {}",
                        areas.into_iter().collect::<Vec<_>>().join(", ")
                    )
                    .expect("text grows");
                }
                continue;
            }
            if by_rows.is_empty() {
                continue;
            }
            writeln!(text, "  {}", record_type.name).expect("text grows");
            for (rows, actions) in &by_rows {
                writeln!(text, "    {}: {}", in_words(rows), actions.join(", "))
                    .expect("text grows");
            }
            let lists = |action: &str, pick: fn(&engine::Grant) -> &FieldList| {
                ctx.grants(&record_type.name, action)
                    .map(|it| list_in_words(pick(it.grant)))
                    .collect::<BTreeSet<_>>()
            };
            let read = lists("read", |it| &it.read_fields);
            let mut written = lists("update", |it| &it.write_fields);
            written.extend(lists("create", |it| &it.write_fields));
            written.remove("none");
            let written = if written.is_empty() {
                "none".to_owned()
            } else {
                fields(&written)
            };
            writeln!(
                text,
                "    fields read: {}; written: {written}",
                fields(&read)
            )
            .expect("text grows");
        }
    }
    golden(env!("CARGO_MANIFEST_DIR"), "permission_matrix.txt", &text);
}
