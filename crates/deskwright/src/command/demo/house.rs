//! The demo's organisation: places, departments, teams, people, services, categories.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use base::{Timestamp, Uuid};
use dictionary::Value;
use engine::system::user::{self, NewUser};
use web::auth::{PasswordCost, hash_password};

use super::random::Random;
use super::stage::{Stage, choice, text};

/// Name of the company.
pub const COMPANY: &str = "Brightwater Logistics";
/// Domain of its addresses; reserved for examples.
const DOMAIN: &str = "brightwater.example";

/// Logins that the demo prints: what for, name, login, password, roles.
pub const LOGINS: [(&str, &str, &str, &str, &[&str]); 3] = [
    (
        "requester",
        "Rosa Lindqvist",
        "rosa.lindqvist@brightwater.example",
        "demo-requester",
        &["requester"],
    ),
    (
        "agent",
        "Jonas Keller",
        "jonas.keller@brightwater.example",
        "demo-agent-desk",
        &["requester", "agent", "knowledge_author"],
    ),
    (
        "administrator",
        "Ada Novak",
        "ada.novak@brightwater.example",
        "demo-administrator",
        &["requester", "agent", "system_administrator"],
    ),
];

const LOCATIONS: [(&str, &str, &str); 3] = [
    ("Hamburg headquarters", "HAM", "Europe/Berlin"),
    ("Leeds office", "LDS", "Europe/London"),
    ("Rotterdam warehouse", "RTM", "Europe/Amsterdam"),
];
const DEPARTMENTS: [&str; 6] = [
    "Information technology",
    "Warehouse operations",
    "Transport",
    "Sales",
    "Finance",
    "People and culture",
];
/// Teams with what they do.
const TEAMS: [(&str, &str); 8] = [
    (
        "Service desk",
        "First contact for everybody: takes, solves or hands on.",
    ),
    ("Workplace", "Laptops, screens, printers, phones."),
    ("Network", "Offices, warehouses, Wi-Fi, VPN."),
    ("Server and cloud", "Platforms, storage, backup, mail."),
    (
        "Business applications",
        "ERP, CRM, payroll and what they exchange.",
    ),
    (
        "Warehouse systems",
        "Scanners, label printers, the warehouse system.",
    ),
    ("Security", "Accounts, access, suspicious things."),
    ("Reporting", "Data loads, reports, dashboards."),
];
/// Services: name, team, criticality.
const SERVICES: [(&str, &str, &str); 15] = [
    ("E-mail and calendar", "Server and cloud", "high"),
    ("Wi-Fi and network", "Network", "critical"),
    ("VPN remote access", "Network", "high"),
    ("Telephony", "Workplace", "medium"),
    ("Video meetings", "Workplace", "medium"),
    ("Printing", "Workplace", "low"),
    ("Laptops and desktops", "Workplace", "medium"),
    ("File storage", "Server and cloud", "high"),
    ("Identity and sign-in", "Security", "critical"),
    ("ERP", "Business applications", "critical"),
    ("CRM", "Business applications", "medium"),
    ("Payroll", "Business applications", "medium"),
    ("Warehouse system", "Warehouse systems", "critical"),
    ("Reporting", "Reporting", "low"),
    ("Intranet", "Server and cloud", "low"),
];
/// Categories with their subcategories and the team that takes them.
const CATEGORIES: [(&str, &str, &[&str]); 10] = [
    (
        "Hardware",
        "Workplace",
        &["Laptop", "Screen", "Docking station", "Scanner", "Battery"],
    ),
    ("Network", "Network", &["Wi-Fi", "VPN", "Cable"]),
    (
        "E-mail",
        "Service desk",
        &["Mailbox", "Calendar", "Delivery"],
    ),
    (
        "Access",
        "Security",
        &["Password", "Permission", "Second factor"],
    ),
    (
        "Security",
        "Security",
        &["Suspicious message", "Lost device"],
    ),
    ("Printing", "Workplace", &["Printer", "Label printer"]),
    (
        "Telephony",
        "Workplace",
        &["Mobile phone", "Headset", "Desk phone"],
    ),
    ("Files", "Server and cloud", &["Restore", "Sharing"]),
    (
        "Business applications",
        "Business applications",
        &["ERP", "CRM", "Payroll", "Warehouse system", "Reports"],
    ),
    ("Service desk", "Service desk", &["How-to"]),
];
const GIVEN: [&str; 30] = [
    "Amira", "Ben", "Carla", "David", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jakub", "Karin",
    "Liam", "Maja", "Niklas", "Olga", "Pieter", "Quinn", "Ravi", "Sofia", "Tom", "Ursula",
    "Viktor", "Wanda", "Xenia", "Yusuf", "Zoe", "Anton", "Birgit", "Cem", "Daria",
];
const FAMILY: [&str; 19] = [
    "Aalto", "Bakker", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ivanova",
    "Jansen", "Kaya", "Larsen", "Moreau", "Nowak", "Okafor", "Patel", "Rossi", "Schmidt",
    "Thompson",
];

/// Who and what there is, by name.
pub struct House {
    /// Locations.
    pub locations: Vec<Uuid>,
    /// Teams by name.
    pub teams: HashMap<&'static str, Uuid>,
    /// Agents of each team; the first one leads it.
    pub members: HashMap<&'static str, Vec<Uuid>>,
    /// People who report.
    pub requesters: Vec<Uuid>,
    /// Everybody, in the order in which they came, with their department.
    departments_of: Vec<(Uuid, Uuid)>,
    /// Services by name.
    pub services: HashMap<&'static str, Uuid>,
    /// Team of each service by name.
    pub supports: HashMap<&'static str, &'static str>,
    /// Categories and subcategories by name.
    pub categories: HashMap<String, Uuid>,
    /// Who publishes articles.
    pub publisher: Uuid,
}

/// Makes all of it at that instant.
pub fn fill(stage: &mut Stage, at: Timestamp) -> Result<House> {
    let chance = Random::new(60);
    let mut locations = Vec::new();
    for (title, code, zone) in LOCATIONS {
        locations.push(stage.make(
            at,
            "location",
            &[
                ("title", text(title)),
                ("code", text(code)),
                ("zone", text(zone)),
            ],
        )?);
    }
    let mut departments = Vec::new();
    for title in DEPARTMENTS {
        let parent = Value::Reference(stage.tenant);
        departments.push(stage.make(
            at,
            "organisation",
            &[
                ("title", text(title)),
                ("parent", parent),
                ("kind", choice("department")),
            ],
        )?);
    }
    let mut teams = HashMap::new();
    for (title, description) in TEAMS {
        let name = title.to_lowercase().replace(' ', ".");
        let email = text(format!("{name}@{DOMAIN}"));
        teams.insert(
            title,
            stage.make(
                at,
                "team",
                &[
                    ("title", text(title)),
                    ("description", text(description)),
                    ("email", email),
                ],
            )?,
        );
    }
    let mut house = House {
        locations,
        teams,
        members: HashMap::new(),
        requesters: Vec::new(),
        departments_of: Vec::new(),
        services: HashMap::new(),
        supports: SERVICES
            .iter()
            .map(|(name, team, _)| (*name, *team))
            .collect(),
        categories: HashMap::new(),
        publisher: Uuid::nil(),
    };
    people(stage, &mut house, &departments, &chance, at)?;
    lead(stage, &house, at)?;
    for (title, team, criticality) in SERVICES {
        let owner = house.members[team][0];
        let fields = [
            ("title", text(title)),
            ("criticality", choice(criticality)),
            ("support_team", Value::Reference(house.teams[team])),
            ("owner", Value::Reference(owner)),
        ];
        house
            .services
            .insert(title, stage.make(at, "service", &fields)?);
    }
    for (title, team, below) in CATEGORIES {
        let default_team = ("default_team", Value::Reference(house.teams[team]));
        let parent = stage.make(
            at,
            "category",
            &[("title", text(title)), default_team.clone()],
        )?;
        for child in below {
            let fields = [
                ("title", text(*child)),
                ("parent", Value::Reference(parent)),
                default_team.clone(),
            ];
            let made = stage.make(at, "category", &fields)?;
            house.categories.insert(format!("{title}/{child}"), made);
        }
        house.categories.insert(title.to_owned(), parent);
    }
    Ok(house)
}

/// Three agents per team, and requesters up to sixty people in all.
fn people(
    stage: &mut Stage,
    house: &mut House,
    departments: &[Uuid],
    chance: &Random,
    at: Timestamp,
) -> Result<()> {
    for (index, (_, name, login, password, roles)) in LOGINS.iter().enumerate() {
        let hash = hash_password(password, PasswordCost::default(), stage.engine.ids())?;
        let new = NewUser {
            login: (*login).to_owned(),
            name: (*name).to_owned(),
            email: Some((*login).to_owned()),
            password_hash: Some(hash),
            roles: roles.iter().map(|it| (*it).to_owned()).collect(),
        };
        let ctx = stage.system(at);
        let person = stage
            .engine
            .write_blocking(&ctx, move |unit| user::add(unit, &new))?;
        let team = ["", "Service desk", "Security"][index];
        let mut place = engine::Change::update("person", person)
            .with_value("location", Value::Reference(house.locations[0]));
        let department = departments[if team.is_empty() { 1 } else { 0 }];
        house.departments_of.push((person, department));
        place = place.with_value("department", Value::Reference(department));
        match house.teams.get(team) {
            Some(id) => {
                place = place.with_value("teams", Value::References(vec![*id]));
                house
                    .members
                    .entry(TEAMS[if team == "Security" { 6 } else { 0 }].0)
                    .or_default()
                    .push(person);
            }
            None => house.requesters.push(person),
        }
        stage.play(at, None, place)?;
    }
    for number in 0..57 {
        let (given, family) = (
            GIVEN[number % GIVEN.len()],
            FAMILY[(number * 7 + number / GIVEN.len()) % FAMILY.len()],
        );
        let team = TEAMS
            .iter()
            .find(|(name, _)| number < 21 && house.members.get(name).map_or(0, Vec::len) < 3)
            .map(|(name, _)| *name);
        person(stage, house, departments, chance, at, (given, family), team)?;
    }
    let leads: Vec<(Uuid, Uuid)> = house
        .teams
        .iter()
        .filter_map(|(name, team)| Some((*team, *house.members.get(name)?.last()?)))
        .collect();
    for (team, lead) in leads {
        stage.play(
            at,
            None,
            engine::Change::update("team", team).with_value("lead", Value::Reference(lead)),
        )?;
        give_role(stage, at, lead, "team_lead")?;
    }
    house.publisher = *house.members["Service desk"]
        .get(1)
        .context("the service desk has several agents")?;
    give_role(stage, at, house.publisher, "knowledge_publisher")?;
    for author in house.members["Service desk"].iter().skip(1) {
        give_role(stage, at, *author, "knowledge_author")?;
    }
    let major = house.members["Service desk"]
        .last()
        .copied()
        .unwrap_or(house.publisher);
    give_role(stage, at, major, "practice_manager")
}

fn person(
    stage: &mut Stage,
    house: &mut House,
    departments: &[Uuid],
    chance: &Random,
    at: Timestamp,
    (given, family): (&str, &str),
    team: Option<&'static str>,
) -> Result<()> {
    let email = format!(
        "{}.{}@{DOMAIN}",
        given.to_lowercase(),
        family.to_lowercase()
    );
    let department = if team.is_some() {
        departments[0]
    } else {
        departments[1 + chance.below(departments.len() - 1)]
    };
    let mut fields = vec![
        ("given_name", text(given)),
        ("family_name", text(family)),
        ("email", text(email)),
        (
            "phone",
            text(format!("+49 40 555 {:04}", chance.between(1_000, 9_999))),
        ),
        (
            "location",
            Value::Reference(house.locations[chance.below(3)]),
        ),
        ("department", Value::Reference(department)),
    ];
    if let Some(id) = team.and_then(|it| house.teams.get(it)) {
        fields.push(("teams", Value::References(vec![*id])));
    }
    let person = stage.make(at, "person", &fields)?;
    house.departments_of.push((person, department));
    give_role(stage, at, person, "requester")?;
    match team {
        Some(team) => {
            give_role(stage, at, person, "agent")?;
            house.members.entry(team).or_default().push(person);
        }
        None => house.requesters.push(person),
    }
    Ok(())
}

/// Who is whose manager: one leads the house, under them the heads of departments, under the head of information
/// technology those who lead its teams.
fn lead(stage: &mut Stage, house: &House, at: Timestamp) -> Result<()> {
    let mut managers: HashMap<Uuid, Uuid> = HashMap::new();
    let mut heads: HashMap<Uuid, Uuid> = HashMap::new();
    // Rosa asks for work and leads nobody; whoever came first after her leads the house.
    let director = *house.requesters.get(1).context("there are requesters")?;
    let [_, _, (head_of_it, it)] = house.departments_of[..LOGINS.len()] else {
        return Ok(());
    };
    heads.insert(it, head_of_it);
    for (person, department) in house.departments_of.iter().skip(LOGINS.len()) {
        if *person != director {
            heads.entry(*department).or_insert(*person);
        }
    }
    for (person, department) in &house.departments_of {
        let head = heads.get(department).copied().unwrap_or(director);
        managers.insert(*person, if head == *person { director } else { head });
    }
    for members in house.members.values() {
        let Some(leader) = members.last() else {
            continue;
        };
        for member in members
            .iter()
            .filter(|it| **it != *leader && **it != head_of_it)
        {
            managers.insert(*member, *leader);
        }
    }
    managers.remove(&director);
    for (person, _) in &house.departments_of {
        if let Some(manager) = managers.get(person) {
            let change = engine::Change::update("person", *person)
                .with_value("manager", Value::Reference(*manager));
            stage.play(at, None, change)?;
        }
    }
    Ok(())
}

fn give_role(stage: &Stage, at: Timestamp, person: Uuid, role: &'static str) -> Result<()> {
    let ctx = stage.system(at);
    Ok(stage
        .engine
        .write_blocking(&ctx, move |unit| user::assign_role(unit, person, role))?)
}
