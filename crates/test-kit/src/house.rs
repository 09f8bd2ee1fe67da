//! A small organisation that every desk begins with: who works where, in which role.

use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::Value;
use engine::{Change, Engine, Surface, Unit};

/// The records that every desk begins with. Ids are fixed, so that any test may name them.
#[derive(Clone, Copy, Debug)]
pub struct House;

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl House {
            $($(#[$doc])* pub const $name: Uuid = id($number);)*
        }
    };
}

records! {
    /// A customer.
    ACME = 1;
    /// Another customer.
    GLOBEX = 2;
    /// The service desk's team.
    SERVICE_DESK = 11;
    /// The network team.
    NETWORK = 12;
    /// A supplier's team.
    SUPPLIER = 13;
    /// A building.
    HEADQUARTERS = 21;
    /// Mail, supported by the service desk.
    MAIL = 31;
    /// The network, supported by its team.
    WIRELESS = 32;
    /// Hardware.
    HARDWARE = 41;
    /// A laptop is hardware.
    LAPTOP = 42;
    /// The network, whose default team is the network team.
    NETWORKING = 43;
    /// Rita, an employee of Acme.
    RITA = 101;
    /// Rob, an employee of Globex.
    ROB = 102;
    /// Ada, an agent of the service desk.
    ADA = 103;
    /// Noah, an agent of the network team.
    NOAH = 104;
    /// Lea leads the service desk.
    LEA = 105;
    /// Otto audits.
    OTTO = 106;
    /// Tina administers the tenant.
    TINA = 107;
    /// Syd administers the system.
    SYD = 108;
    /// Kim writes articles.
    KIM = 109;
    /// Pam publishes articles.
    PAM = 110;
    /// Max manages the practices.
    MAX = 111;
    /// Olga owns the mail service.
    OLGA = 112;
    /// Sam works for the supplier.
    SAM = 113;
    /// A program.
    ROBOT = 114;
    /// Vera decides.
    VERA = 115;
    /// Lou left.
    LOU = 116;
    /// Stan, who has no role.
    STAN = 117;
}

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// Name, id, role, organisation (nothing: the tenant), team of everybody.
type Somebody = (&'static str, Uuid, &'static str, Option<Uuid>, Option<Uuid>);

/// Everybody who begins with a role.
pub const PEOPLE: [Somebody; 15] = [
    (
        "Rita Requester",
        House::RITA,
        "requester",
        Some(House::ACME),
        None,
    ),
    (
        "Rob Requester",
        House::ROB,
        "requester",
        Some(House::GLOBEX),
        None,
    ),
    (
        "Ada Agent",
        House::ADA,
        "agent",
        None,
        Some(House::SERVICE_DESK),
    ),
    (
        "Noah Network",
        House::NOAH,
        "agent",
        None,
        Some(House::NETWORK),
    ),
    (
        "Lea Lead",
        House::LEA,
        "team_lead",
        None,
        Some(House::SERVICE_DESK),
    ),
    ("Otto Auditor", House::OTTO, "auditor", None, None),
    (
        "Tina Tenant",
        House::TINA,
        "tenant_administrator",
        None,
        None,
    ),
    ("Syd System", House::SYD, "system_administrator", None, None),
    ("Kim Author", House::KIM, "knowledge_author", None, None),
    (
        "Pam Publisher",
        House::PAM,
        "knowledge_publisher",
        None,
        None,
    ),
    ("Max Manager", House::MAX, "practice_manager", None, None),
    ("Olga Owner", House::OLGA, "service_owner", None, None),
    (
        "Sam Supplier",
        House::SAM,
        "external_supplier",
        None,
        Some(House::SUPPLIER),
    ),
    ("Robot", House::ROBOT, "api_client", None, None),
    ("Vera Approver", House::VERA, "approver", None, None),
];

/// Fills a new database.
pub fn fill(engine: &Arc<Engine>) -> Uuid {
    let tenant =
        engine::system::tenant::default_tenant(engine, "House").expect("a tenant can be made");
    let ctx = engine.system_ctx(tenant, Surface::Command);
    engine
        .write_blocking(&ctx, make)
        .expect("the house can be filled");
    tenant
}

fn make(unit: &mut Unit<'_, '_>) -> Result<()> {
    let tenant = unit.ctx.tenant;
    for (id, title) in [(House::ACME, "Acme"), (House::GLOBEX, "Globex")] {
        let parent = ("parent", Value::Reference(tenant));
        put(
            unit,
            "organisation",
            id,
            title,
            [parent, ("kind", Value::Choice("customer".to_owned()))],
        )?;
    }
    let teams = [
        (House::SERVICE_DESK, "Service desk"),
        (House::NETWORK, "Network"),
        (House::SUPPLIER, "Supplier"),
    ];
    for (id, title) in teams {
        put(unit, "team", id, title, [])?;
    }
    put(unit, "location", House::HEADQUARTERS, "Headquarters", [])?;
    hire(unit)?;
    put(unit, "person", House::LOU, "Lou Left", [])?;
    unit.apply(Change::transition("person", House::LOU, "leave"))?;
    put(unit, "person", House::STAN, "Stan Stranger", [])?;
    unit.apply(
        Change::update("team", House::SERVICE_DESK)
            .with_value("lead", Value::Reference(House::LEA)),
    )?;
    let owner = ("owner", Value::Reference(House::OLGA));
    put(
        unit,
        "service",
        House::MAIL,
        "Mail",
        [
            owner,
            ("support_team", Value::Reference(House::SERVICE_DESK)),
        ],
    )?;
    put(
        unit,
        "service",
        House::WIRELESS,
        "Wireless",
        [("support_team", Value::Reference(House::NETWORK))],
    )?;
    put(unit, "category", House::HARDWARE, "Hardware", [])?;
    put(
        unit,
        "category",
        House::LAPTOP,
        "Laptop",
        [("parent", Value::Reference(House::HARDWARE))],
    )?;
    put(
        unit,
        "category",
        House::NETWORKING,
        "Networking",
        [("default_team", Value::Reference(House::NETWORK))],
    )?;
    Ok(())
}

/// Everybody with their role.
fn hire(unit: &mut Unit<'_, '_>) -> Result<()> {
    let tenant = unit.ctx.tenant;
    for (name, id, role, organisation, team) in PEOPLE {
        let home = organisation.unwrap_or(tenant);
        let mail = format!(
            "{}@example.org",
            name.split(' ').next().unwrap_or(name).to_lowercase()
        );
        let teams = team.map_or(Value::Null, |it| Value::References(vec![it]));
        let fields = [
            ("organisation", Value::Reference(home)),
            ("email", Value::Text(mail)),
            ("teams", teams),
        ];
        put(unit, "person", id, name, fields)?;
        let assignment = Change::create("role_assignment")
            .with_value("person", Value::Reference(id))
            .with_value("role", Value::Text(role.to_owned()));
        unit.apply(assignment)?;
    }
    Ok(())
}

fn put<const N: usize>(
    unit: &mut Unit<'_, '_>,
    record_type: &str,
    id: Uuid,
    title: &str,
    fields: [(&str, Value); N],
) -> Result<()> {
    let mut change = Change::create(record_type).with_value("title", Value::Text(title.to_owned()));
    change.record = Some(id);
    for (field, value) in fields.into_iter().filter(|it| !it.1.is_null()) {
        change = change.with_value(field, value);
    }
    unit.apply(change)?;
    Ok(())
}

/// The record with that name, for tests that write references as words.
pub fn by_name(name: &str) -> Option<Uuid> {
    let others = [
        ("Acme", House::ACME),
        ("Globex", House::GLOBEX),
        ("Service desk", House::SERVICE_DESK),
        ("Network", House::NETWORK),
        ("Supplier", House::SUPPLIER),
        ("Headquarters", House::HEADQUARTERS),
        ("Mail", House::MAIL),
        ("Wireless", House::WIRELESS),
        ("Hardware", House::HARDWARE),
        ("Laptop", House::LAPTOP),
        ("Networking", House::NETWORKING),
        ("Lou", House::LOU),
        ("Stan", House::STAN),
    ];
    let people = PEOPLE
        .iter()
        .map(|it| (it.0.split(' ').next().unwrap_or(it.0), it.1));
    others
        .into_iter()
        .chain(people)
        .find(|it| it.0 == name)
        .map(|it| it.1)
}
