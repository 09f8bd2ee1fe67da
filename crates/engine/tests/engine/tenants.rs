//! A tenant is a wall: what one defines for itself, another neither sees nor stumbles over.

use std::collections::BTreeMap;

use base::{Error, Refused, Uuid};
use dictionary::{Decimal, Kind, Value, spine};
use engine::customize::{FieldSpec, TypeSpec};
use engine::{Change, Ctx, Mode, Surface, additions};
use serde_json::json;
use store::Sql;

use crate::on_both;
use crate::world::{START, World, open};

/// Another tenant beside the world's own.
fn neighbour(world: &World) -> Uuid {
    let tenant = Uuid::from_u128(77);
    let ctx = world.engine.system_ctx(tenant, Surface::Command);
    let founded = world.engine.write_blocking(&ctx, move |unit| {
        let sql = Sql::new("INSERT INTO tenant (id, created_at) VALUES (?, ?)");
        unit.tx
            .execute(&sql.bind(tenant).bind(START.micros() + 1))?;
        let mut root = Change::create("organisation");
        root.record = Some(tenant);
        unit.apply(root.with_value(spine::TITLE, Value::Text("Next door".to_owned())))
    });
    founded.unwrap();
    tenant
}

fn field(name: &str, kind: &str) -> FieldSpec {
    serde_json::from_value(json!({ "name": name, "label": { "en": name }, "kind": kind })).unwrap()
}

fn laptop(kind: &str) -> TypeSpec {
    TypeSpec {
        name: "laptop".to_owned(),
        label: BTreeMap::new(),
        plural: BTreeMap::new(),
        prefix: Some("LAP".to_owned()),
        spine: Vec::new(),
        states: Vec::new(),
        transitions: Vec::new(),
        fields: vec![field("memory", kind)],
        journal: false,
        table: String::new(),
    }
}

fn states(ctx: &Ctx, world: &World) {
    let value = json!({ "ticket": {
        "states": [{ "code": "testing", "label": { "en": "Testing" }, "phase": "active" }],
    } });
    let put = world
        .engine
        .put_setting(ctx, None, additions::STATES, Some(value));
    store::block_on(put).unwrap();
}

/// Creates with one more value and reads it back.
fn kept(world: &World, tenant: Uuid, of: &'static str, name: &'static str, value: Value) -> Value {
    let ctx = world.engine.system_ctx(tenant, Surface::Command);
    let kept = world.engine.write_blocking(&ctx, move |unit| {
        let change = Change::create(of).with_value(spine::TITLE, Value::Text("one".to_owned()));
        let made = unit.apply(change.with_value(name, value.clone()))?;
        unit.value_of(of, made.record, name)
    });
    kept.unwrap()
}

on_both! {
    what_a_tenant_defines_is_its_own => |world: World| {
        let other = neighbour(&world);
        let here = || world.engine.system_ctx(world.tenant, Surface::Command);
        let there = || world.engine.system_ctx(other, Surface::Command);
        let known = |ctx: Ctx, of: &str, name: &str| {
            ctx.record_type(of).and_then(|it| it.field(name).map(|it| it.kind.clone()))
        };
        world.engine.add_field(&here(), "ticket", field("weight", "integer")).unwrap();
        world.engine.add_type(&here(), laptop("integer")).unwrap();
        assert_eq!(known(here(), "ticket", "weight"), Some(Kind::Integer));
        assert_eq!(known(there(), "ticket", "weight"), None);
        assert!(there().record_type("laptop").is_none());

        // The same names mean something else next door, and nobody hears that they are taken.
        world.engine.add_field(&there(), "ticket", field("weight", "decimal")).unwrap();
        world.engine.add_type(&there(), laptop("text")).unwrap();
        states(&here(), &world);
        states(&there(), &world);
        let grams = Value::Decimal(Decimal { unscaled: 150, scale: 2 });
        let text = Value::Text("16 GB".to_owned());
        for (tenant, of, name, value) in [
            (world.tenant, "ticket", "weight", Value::Integer(3)),
            (other, "ticket", "weight", grams),
            (world.tenant, "laptop", "memory", Value::Integer(16)),
            (other, "laptop", "memory", text),
            (world.tenant, "ticket", "state", Value::Choice("testing".to_owned())),
            (other, "ticket", "state", Value::Choice("testing".to_owned())),
        ] {
            assert_eq!(kept(&world, tenant, of, name, value.clone()), value, "{of}.{name} of {tenant}");
        }
        assert_eq!(verifier::verify_blocking(&world.engine, &here()).unwrap().damage, []);

        // Another process reads the same from the database.
        let again = open(&world.url, 8);
        assert_eq!(known(again.system_ctx(world.tenant, Surface::Command), "ticket", "weight"), Some(Kind::Integer));
        assert_eq!(known(again.system_ctx(other, Surface::Command), "laptop", "memory"), Some(Kind::Text { max: 255 }));
        again.store().shutdown();
    };

    imported_choices_stay_with_their_tenant => |world: World| {
        let other = neighbour(&world);
        let mut replayed = Change::create("ticket")
            .with_value(spine::TITLE, Value::Text("old".to_owned()))
            .with_value("colour", Value::Choice("mauve".to_owned()));
        replayed.mode = Mode::Replay { effective_at: START };
        let applied = world.engine.write_blocking(&world.system(), move |unit| unit.apply(replayed.clone()));
        applied.unwrap();
        world.engine.reload(world.tenant).unwrap();
        let offers = |tenant| {
            let ticket = world.engine.snapshot_of(tenant).dictionary.record_type("ticket").cloned().unwrap();
            ticket.field("colour").unwrap().choice("mauve").is_some()
        };
        assert!(offers(world.tenant) && !offers(other));
    };

    a_record_cannot_be_moved_through_the_wall_unnoticed => |world: World| {
        let other = neighbour(&world);
        world.engine.add_field(&world.system(), "ticket", field("weight", "integer")).unwrap();
        assert_eq!(kept(&world, world.tenant, "ticket", "weight", Value::Integer(3)), Value::Integer(3));
        world.tamper("UPDATE ticket SET tenant = (SELECT id FROM tenant ORDER BY created_at DESC LIMIT 1)");
        let verdict = verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        let told: Vec<String> = verdict.damage.iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].ends_with(": its row is of another tenant"), "{told:?}");
        // Its own tenant hears which record it is, and the other one only that something is wrong.
        for (tenant, named) in [(world.tenant, 1), (other, 0)] {
            let ctx = world.engine.system_ctx(tenant, Surface::Job);
            let verdict = store::block_on(verifier::verify_for_tenant(&world.engine, &ctx)).unwrap();
            assert_eq!((verdict.damage.len(), verdict.damages), (named, 1));
        }
    };

    a_type_of_one_tenant_is_unknown_to_the_other => |world: World| {
        let other = neighbour(&world);
        world.engine.add_type(&world.system(), laptop("integer")).unwrap();
        let ctx = world.engine.system_ctx(other, Surface::Command);
        let refused = world.engine.write_blocking(&ctx, |unit| unit.apply(Change::create("laptop")));
        assert!(matches!(refused, Err(Error::Refused(Refused::NotFound(_)))), "{refused:?}");
    };
}
