//! What administrators may change about tickets, with the defaults of ITIL. Each may differ per organisation.
//!
//! A setting is named after its type, `incident.routing`; here stand the names without it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Error, Message, Uuid};
use dictionary::TypeDef;
use engine::{Draft, Origin, RuleContext, Shape, Unit};
use serde::Deserialize;
use serde_json::json;

/// Priority of each pair of impact and urgency.
pub const PRIORITY_MATRIX: &str = "priority_matrix";
/// What the answers of requesters mean for impact and urgency.
pub const PLAIN_QUESTIONS: &str = "plain_questions";
/// Whether a ticket of a VIP is one step more urgent.
pub const VIP_RAISES_URGENCY: &str = "vip_raises_urgency";
/// What each hold reason asks for and does.
pub const HOLD_REASONS: &str = "hold_reasons";
/// Which team takes which ticket.
pub const ROUTING: &str = "routing";
/// What happens to open tasks when a ticket is resolved.
pub const OPEN_TASKS: &str = "open_tasks";
/// Days from resolution to closing by itself; 0 means never.
pub const AUTO_CLOSE_DAYS: &str = "auto_close_days";
/// Days from resolution within which it may be reopened; 0 means always.
pub const REOPEN_DAYS: &str = "reopen_days";

/// The settings of one type of ticket, each named `<type>.<name>`; what only this type has comes behind.
macro_rules! ticket_settings {
    ($record_type:literal, $($own:expr),* $(,)?) => {
        &[
            ticket_settings!(@one $record_type, "priority_matrix", PriorityMatrix, default_matrix)
                .asked(engine::Shape::Grid(["impact", "urgency", "priority"])),
            ticket_settings!(@one $record_type, "vip_raises_urgency", bool, || serde_json::json!(false)),
            ticket_settings!(@one $record_type, "hold_reasons", HoldReasons, default_hold_reasons)
                .asked(engine::Shape::PerChoice("hold_reason", &HOLD_REASON_SHAPE)),
            ticket_settings!(@one $record_type, "routing", Vec<Route>, || serde_json::json!([]))
                .asked(ROUTING_SHAPE),
            ticket_settings!(@one $record_type, "open_tasks", OpenTasks, || serde_json::json!("refuse"))
                .asked(engine::Shape::OneOf(&["refuse", "close_incomplete"])),
            ticket_settings!(@one $record_type, "auto_close_days", u32, || serde_json::json!(7))
                .asked(engine::Shape::DaysSince("resolved_at")),
            ticket_settings!(@one $record_type, "reopen_days", u32, || serde_json::json!(7))
                .asked(engine::Shape::DaysSince("resolved_at")),
            $($own),*
        ]
    };
    (@one $record_type:literal, $name:literal, $of:ty, $default:expr) => {
        engine::SettingDef::new::<$of>(concat!($record_type, ".", $name), $record_type, $default)
    };
}
pub(crate) use ticket_settings;

/// A setting of the draft's own type, in force for its organisation.
pub fn setting<T: Send + Sync + 'static>(
    draft: &Draft,
    rules: &RuleContext<'_>,
    name: &str,
) -> Result<Arc<T>, Message> {
    rules.setting(&of_type(draft.record_type(), name))
}

/// A reason that lies in a setting of the draft's own type, with whose row of it is in force: that of the program,
/// of the tenant, or of an organisation.
pub fn by_setting(draft: &Draft, rules: &RuleContext<'_>, name: &str, why: Message) -> Message {
    let key = of_type(draft.record_type(), name);
    let settings = &rules.ctx.snapshot.settings;
    let found = settings.find(rules.ctx.tenant, rules.organisation, &key);
    match found.map(|it| it.1) {
        Some(Origin::Organisation(whose)) => why.with("from", "organisation").with("whose", whose),
        Some(Origin::Tenant) => why.with("from", "tenant").with("whose", rules.ctx.tenant),
        Some(Origin::Default) | None => why.with("from", "default").with("whose", "-"),
    }
}

/// A setting of that type for an organisation, as guards and reactions ask.
pub fn setting_of<T: Send + Sync + 'static>(
    unit: &Unit<'_, '_>,
    record_type: &TypeDef,
    organisation: Option<Uuid>,
    name: &str,
) -> base::Result<Arc<T>> {
    let settings = &unit.ctx.snapshot.settings;
    let found = settings.get(unit.ctx.tenant, organisation, &of_type(record_type, name));
    found.map_err(|message| Error::failed("a setting is not declared", message.to_string()))
}

fn of_type(record_type: &TypeDef, name: &str) -> String {
    format!("{}.{name}", record_type.name)
}

/// Priority of each pair of impact and urgency, both counted from 1 (the gravest). In JSON
/// `{"1-1": 1, "1-2": 2, …}` with every pair of both scales, which have 2 to 5 steps.
#[derive(Debug, Deserialize)]
#[serde(try_from = "BTreeMap<String, i64>")]
pub struct PriorityMatrix {
    cells: BTreeMap<(i64, i64), i64>,
    /// Steps of the scale of impact.
    pub impacts: i64,
    /// Steps of the scale of urgency.
    pub urgencies: i64,
}

impl PriorityMatrix {
    /// The priority of that pair; nothing outside the scales.
    #[must_use]
    pub fn priority(&self, impact: i64, urgency: i64) -> Option<i64> {
        self.cells.get(&(impact, urgency)).copied()
    }
}

impl TryFrom<BTreeMap<String, i64>> for PriorityMatrix {
    type Error = String;

    fn try_from(pairs: BTreeMap<String, i64>) -> Result<Self, String> {
        let mut cells = BTreeMap::new();
        for (pair, priority) in pairs {
            let steps = pair.split_once('-').and_then(|(impact, urgency)| {
                Some((impact.parse::<i64>().ok()?, urgency.parse::<i64>().ok()?))
            });
            let steps = steps.ok_or_else(|| format!("{pair:?} is no pair like \"1-2\""))?;
            if !(1..=5).contains(&priority) {
                return Err(format!("priority of {pair} must be 1 to 5"));
            }
            cells.insert(steps, priority);
        }
        let impacts = cells.keys().map(|it| it.0).max().unwrap_or_default();
        let urgencies = cells.keys().map(|it| it.1).max().unwrap_or_default();
        if !(2..=5).contains(&impacts) || !(2..=5).contains(&urgencies) {
            return Err("impact and urgency must have 2 to 5 steps".to_owned());
        }
        for pair in
            (1..=impacts).flat_map(|impact| (1..=urgencies).map(move |urgency| (impact, urgency)))
        {
            if !cells.contains_key(&pair) {
                return Err(format!("the pair {}-{} is missing", pair.0, pair.1));
            }
        }
        if usize::try_from(impacts * urgencies) != Ok(cells.len()) {
            return Err("pairs count from 1".to_owned());
        }
        Ok(Self {
            cells,
            impacts,
            urgencies,
        })
    }
}

/// The default.
pub fn default_matrix() -> serde_json::Value {
    json!({
        "1-1": 1, "1-2": 2, "1-3": 3,
        "2-1": 2, "2-2": 3, "2-3": 4,
        "3-1": 3, "3-2": 4, "3-3": 5,
    })
}

/// What the answers of requesters mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainQuestions {
    /// Answer to "how many are affected" → impact.
    pub how_many_affected: BTreeMap<String, i64>,
    /// Answer to "can you work" → urgency.
    pub can_work: BTreeMap<String, i64>,
}

/// How the answers are asked for.
pub const QUESTIONS_SHAPE: Shape = Shape::Members(&[
    (
        "how_many_affected",
        Shape::PerChoice("how_many_affected", &Shape::ChoiceOf("impact")),
    ),
    (
        "can_work",
        Shape::PerChoice("can_work", &Shape::ChoiceOf("urgency")),
    ),
]);

/// The default.
pub fn default_questions() -> serde_json::Value {
    json!({
        "how_many_affected": { "only_me": 3, "my_team": 2, "many": 1 },
        "can_work": { "yes": 3, "partly": 2, "no": 1 },
    })
}

/// Hold reasons by the code of their choice.
pub type HoldReasons = BTreeMap<String, HoldReason>;

/// What a hold reason asks for and does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HoldReason {
    /// It needs a public comment that tells the requester.
    pub comment: bool,
    /// A reply of the requester resumes work.
    pub reply_resumes: bool,
    /// It needs an instant at which work resumes by itself.
    pub until: bool,
    /// Fields that need a value, for example the supplier's number.
    pub needs: Vec<String>,
    /// Kinds of links of which the record must have one, for example with the problem or change it waits for.
    pub links: Vec<String>,
    /// Names of the service level clocks that stand still meanwhile; `*` for all.
    pub pauses: BTreeSet<String>,
}

/// The default.
pub fn default_hold_reasons() -> serde_json::Value {
    json!({
        "requester": { "comment": true, "reply_resumes": true, "pauses": ["resolution"] },
        "vendor": { "pauses": [] },
        "problem": { "pauses": [] },
        "change": { "pauses": [] },
        "scheduled": { "until": true, "pauses": ["resolution"] },
    })
}

/// How a hold reason is asked for.
pub const HOLD_REASON_SHAPE: Shape = Shape::Members(&[
    ("comment", Shape::YesNo),
    ("reply_resumes", Shape::YesNo),
    ("until", Shape::YesNo),
    ("needs", Shape::Texts),
    ("links", Shape::Texts),
    ("pauses", Shape::Texts),
]);

/// How routes are asked for.
pub const ROUTING_SHAPE: Shape = Shape::Rows(&[
    ("category", Shape::Record("category")),
    ("service", Shape::Record("service")),
    ("location", Shape::Record("location")),
    ("team", Shape::Record("team")),
]);

/// One rule of routing; the first that fits wins. A condition that is left out always fits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Category or subcategory.
    #[serde(default)]
    pub category: Option<Uuid>,
    /// Service.
    #[serde(default)]
    pub service: Option<Uuid>,
    /// Location of the ticket.
    #[serde(default)]
    pub location: Option<Uuid>,
    /// The team that takes it.
    pub team: Uuid,
}

/// What happens to open tasks when a ticket is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenTasks {
    /// The ticket cannot be resolved before them.
    Refuse,
    /// They end without being done.
    CloseIncomplete,
}
