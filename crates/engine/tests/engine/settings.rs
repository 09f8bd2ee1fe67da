//! Settings that change the dictionary and the roles: checked, in force at once, with history.

use base::{Error, Refused};
use dictionary::{Value, spine};
use engine::{Change, Origin, additions};
use serde_json::{Value as Json, json};

use crate::on_both;
use crate::world::World;

fn put(world: &World, key: &str, value: Option<Json>) -> base::Result<()> {
    let ctx = engine::Ctx {
        snapshot: world.engine.snapshot(),
        ..world.system()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(world.engine.put_setting(&ctx, None, key, value))
}

fn refused(result: base::Result<()>) -> &'static str {
    match result {
        Err(Error::Refused(Refused::Invalid(problems))) => problems[0].message.key,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn create_with(
    world: &World,
    field: &'static str,
    code: &'static str,
) -> base::Result<engine::Outcome> {
    let ctx = world.system();
    world.engine.write_blocking(&ctx, move |unit| {
        let change = Change::create("ticket").with_value(spine::TITLE, Value::Text("a".to_owned()));
        unit.apply(change.with_value(field, Value::Choice(code.to_owned())))
    })
}

on_both! {
    administrators_add_choices_and_take_them_out_of_use => |world: World| {
        assert!(create_with(&world, "colour", "blue").is_err());
        let blue = json!({ "ticket.colour": [{ "code": "blue", "label": { "en": "Blue" } }, { "code": "red", "active": false }] });
        put(&world, additions::CHOICES, Some(blue)).unwrap();
        create_with(&world, "colour", "blue").unwrap();
        assert!(create_with(&world, "colour", "red").is_err());
        put(&world, additions::CHOICES, None).unwrap();
        create_with(&world, "colour", "red").unwrap();
        assert!(create_with(&world, "colour", "blue").is_err());
    };

    added_states_belong_to_a_phase => |world: World| {
        let state = |phase: &str| json!({ "ticket": {
            "states": [{ "code": "testing", "label": { "en": "Testing" }, "phase": phase }],
            "transitions": [{ "name": "test", "label": { "en": "Test" }, "from": ["new"], "to": "testing" }],
        } });
        assert_eq!(refused(put(&world, additions::STATES, Some(state("dreaming")))), "definition-unknown-phase");
        put(&world, additions::STATES, Some(state("active"))).unwrap();
        // Putting the same value once more finds the state in force, which is no clash.
        put(&world, additions::STATES, Some(state("active"))).unwrap();
        let ctx = world.system();
        let open = world.engine.write_blocking(&ctx, |unit| {
            let made = unit.apply(Change::create("ticket").with_value(spine::TITLE, Value::Text("a".to_owned())))?;
            unit.apply(Change::transition("ticket", made.record, "test"))?;
            unit.value_of("ticket", made.record, spine::OPEN)
        }).unwrap();
        assert_eq!(open, Value::Boolean(true));
    };

    what_does_not_fit_is_refused_before_it_is_stored => |world: World| {
        assert_eq!(refused(put(&world, additions::CHOICES, Some(json!({ "ticket.nonsense": [] })))), "definition-unknown-name");
        assert_eq!(refused(put(&world, additions::CHOICES, Some(json!([])))), "setting-unreadable");
        assert_eq!(refused(put(&world, "no.such.setting", Some(json!(1)))), "setting-unknown");
        let roles = json!([{ "code": "agent", "grants": [{ "actions": ["read"], "rows": { "field": "colour", "op": "=", "value": "red" },
            "read_fields": "all", "write_fields": "none" }] }]);
        let message = refused(put(&world, additions::ROLES, Some(roles)));
        assert_eq!(message, "filter-unknown-field", "row grants test the spine only");
        world.engine.reload(world.tenant).unwrap();
    };

    roles_are_data => |world: World| {
        let ann = world.ann(&["agent"]);
        assert!(ann.may_somewhere("ticket", "create"));
        let (current, origin) = {
            let snapshot = world.engine.snapshot();
            let (json, origin) = snapshot.settings.find(world.tenant, None, additions::ROLES).unwrap();
            (json.clone(), origin)
        };
        assert_eq!(origin, Origin::Default);
        // What is in force can be sent back as it is.
        put(&world, additions::ROLES, Some(current)).unwrap();
        assert!(world.ann(&["agent"]).may_somewhere("ticket", "create"));
        let less = json!([{ "code": "agent", "grants": [{ "types": ["ticket"], "actions": ["read"], "read_fields": "public", "write_fields": "none" }] }]);
        put(&world, additions::ROLES, Some(less)).unwrap();
        assert!(!world.ann(&["agent"]).may_somewhere("ticket", "create"));
        assert!(world.ann(&["agent"]).may_somewhere("ticket", "read"));
    };
}
