//! Saved views: lists that people keep under a name, in the menu of a list and among the places beside it.

pub(super) mod menu;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{self, Path};
use axum::response::Response;
use base::{Message, Refused, Result, Uuid};
use dictionary::{Count, Filter, Operand, Operator, Page, Query, Sort, TypeDef, Value, spine};
use engine::read::{State, Titles, Visible};
use engine::{Change, Listed, Reading, RoleInForce, SpineRow};
use ui::message::Language;
use ui::page::Place;
use ui::text;

use super::filter::ListAddress;
use super::flash::Flash;
use super::shell::{Here, go};
use crate::{AppState, Failure, FormData, Posted};

/// Fields of a saved view.
mod field {
    pub(super) const LISTED_TYPE: &str = "listed_type";
    pub(super) const FILTER: &str = "filter";
    pub(super) const SORT: &str = "sort";
    pub(super) const COLUMNS: &str = "columns";
    pub(super) const GROUP_BY: &str = "group_by";
    pub(super) const AUDIENCE: &str = "audience";
}

/// Name of the list across types in an address.
const ACROSS: &str = "records";
/// Most views in one menu; the list of views has all.
const MOST: usize = 100;

/// A list that somebody keeps under a name.
#[derive(Clone)]
pub(super) struct SavedView {
    id: Uuid,
    /// Its name.
    pub(super) title: String,
    filter: String,
    sort: Option<String>,
    columns: Vec<String>,
    group: Option<String>,
    audience: String,
    /// Whether who looks may change it.
    may_update: bool,
    version: i64,
}

/// The views of a list, and who may get further ones.
#[derive(Clone, Default)]
pub(super) struct SavedViews {
    known: Arc<Known>,
    /// The one that the address names.
    open: Option<usize>,
}

/// What is the same for every look at a list.
#[derive(Clone, Default)]
struct Known {
    all: Vec<SavedView>,
    audiences: Vec<(String, String)>,
}

/// Views that are still right: they are on every list, and seldom change.
#[derive(Default)]
pub(crate) struct ViewsInForce(Mutex<HashMap<Looking, (State, SavedViews)>>);

/// Who looks at what, and all that their rights follow from.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Looking {
    person: Uuid,
    organisation: Option<Uuid>,
    teams: Vec<Uuid>,
    roles: Vec<RoleInForce>,
    language: Language,
    /// Name of the type that is listed; none for the list across types.
    listed: String,
    /// Version of types, settings and grants.
    version: i64,
}

impl ViewsInForce {
    /// Most lists that are kept; then all are forgotten.
    const MOST: usize = 1_024;

    fn get(&self, looking: &Looking) -> Option<(State, SavedViews)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(looking).cloned()
    }

    fn put(&self, looking: Looking, state: State, views: &SavedViews) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(looking, (state, views.clone()));
    }
}

impl SavedViews {
    /// The view that is open.
    pub(super) fn open(&self) -> Option<&SavedView> {
        self.open.and_then(|at| self.known.all.get(at))
    }

    /// Places in the navigation.
    pub(super) fn places(&self, path: &str) -> Vec<Place> {
        let place = |it: &SavedView| Place {
            key: it.key(),
            label: it.title.clone(),
            icon: it.icon(),
            href: it.href(path),
            ..Place::default()
        };
        self.known.all.iter().map(place).collect()
    }

    /// What the address asks, where it leaves something to the view that it names. Nothing where there is no such
    /// view, or none any more.
    pub(super) fn fill(&mut self, address: &ListAddress) -> Option<ListAddress> {
        let Some(id) = &address.view else {
            return Some(address.clone());
        };
        let id = id.parse::<Uuid>().ok()?;
        let at = self.known.all.iter().position(|it| it.id == id)?;
        self.open = Some(at);
        let view = &self.known.all[at];
        let columns = match address.columns.as_slice() {
            [] => view.columns.clone(),
            given => given.to_vec(),
        };
        Some(ListAddress {
            filter: address.filter.clone().or(Some(view.filter.clone())),
            sort: address.sort.clone().or(view.sort.clone()),
            columns,
            group: address.group.clone().or(view.group.clone()),
            ..address.clone()
        })
    }
}

impl SavedView {
    fn read(here: &Here, name: &str, row: &Visible) -> Self {
        let text = |field: &str| row.value(field).as_text().unwrap_or_default().to_owned();
        let filled = |field: &str| Some(text(field)).filter(|it| !it.is_empty());
        let columns = text(field::COLUMNS);
        let value = |field: &str| row.value(field).clone();
        let spine_row = SpineRow {
            value: &value,
            listed: Listed::No,
        };
        Self {
            id: row.id(),
            title: row.title().unwrap_or_default().to_owned(),
            filter: text(field::FILTER),
            sort: filled(field::SORT),
            columns: columns
                .split(',')
                .map(|it| it.trim().to_owned())
                .filter(|it| !it.is_empty())
                .collect(),
            group: filled(field::GROUP_BY),
            audience: text(field::AUDIENCE),
            may_update: here.ctx().may(name, "update", &spine_row),
            version: row.version().unwrap_or_default(),
        }
    }

    /// Its key among the places.
    pub(super) fn key(&self) -> String {
        format!("view/{}", self.id)
    }

    fn href(&self, path: &str) -> String {
        format!("{path}?view={}", self.id)
    }

    fn icon(&self) -> &'static str {
        match self.audience.as_str() {
            "team" => "users",
            "shared" => "globe",
            _ => "user",
        }
    }

    /// Whether the list has been changed since the view was opened.
    fn is_changed(&self, asked: &ListAddress) -> bool {
        asked.filter.as_deref().unwrap_or_default() != self.filter
            || asked.sort != self.sort
            || asked.columns != self.columns
            || asked.group.as_deref().filter(|it| !it.is_empty()) != self.group.as_deref()
    }
}

/// The views of a list that somebody has.
pub(super) async fn of_list(
    state: &AppState,
    here: &Here,
    of: Option<&TypeDef>,
) -> Result<SavedViews> {
    let kept = state.config().saved_views;
    let kept = kept.and_then(|name| here.ctx().snapshot.dictionary.record_type(name));
    let Some(kept) = kept.filter(|it| here.ctx().may_somewhere(&it.name, "read")) else {
        return Ok(SavedViews::default());
    };
    let listed = match of {
        Some(of) => Operand::One(dictionary::Term::Value(Value::Text(of.name.clone()))),
        None => Operand::None,
    };
    let operator = match of {
        Some(_) => Operator::Equal,
        None => Operator::Empty,
    };
    let columns = [
        spine::TITLE,
        spine::REQUESTER,
        spine::TEAM,
        spine::ACCESS,
        spine::ORGANISATION,
        spine::VERSION,
        field::LISTED_TYPE,
        field::FILTER,
        field::SORT,
        field::COLUMNS,
        field::GROUP_BY,
        field::AUDIENCE,
    ];
    let query = Query {
        record_type: Some(kept.name.clone()),
        filter: Filter::test(field::LISTED_TYPE, operator, listed),
        sort: vec![Sort {
            field: spine::TITLE.to_owned(),
            direction: dictionary::Direction::Ascending,
        }],
        columns: columns.map(str::to_owned).to_vec(),
        page: Page {
            limit: Some(MOST),
            after: None,
        },
        count: Count::No,
    };
    let actor = &here.ctx().actor;
    let looking = Looking {
        person: actor.person,
        organisation: actor.organisation,
        teams: actor.teams.clone(),
        roles: actor.roles.clone(),
        language: here.language().clone(),
        listed: of.map_or_else(String::new, |it| it.name.clone()),
        version: here.ctx().snapshot.version,
    };
    let before = state.saved_views().get(&looking);
    let seen = before.as_ref().map(|it| it.0.clone());
    let own_teams = actor.teams.iter().copied().collect();
    let read = move |reading: &mut Reading<'_, '_>| {
        let now = reading.state()?;
        if seen.as_ref() == Some(&now) {
            return Ok(None);
        }
        let (page, titles) = (reading.list(&query)?, reading.titles_of(&own_teams)?);
        Ok::<_, base::Error>(Some((now, page, titles)))
    };
    let found = state.engine().read(here.ctx(), read).await?;
    let Some((now, page, titles)) = found else {
        return Ok(before.map(|it| it.1).unwrap_or_default());
    };
    let all = page.rows.iter();
    let known = Known {
        all: all
            .map(|row| SavedView::read(here, &kept.name, row))
            .collect(),
        audiences: audiences(here, &kept.name, &titles),
    };
    let views = SavedViews {
        known: Arc::new(known),
        open: None,
    };
    state.saved_views().put(looking, now, &views);
    Ok(views)
}

/// The same with the view that the address names, which may be one beyond those that a menu has.
pub(super) async fn with_named(
    state: &AppState,
    here: &Here,
    of: Option<&TypeDef>,
    views: SavedViews,
    address: &ListAddress,
) -> Result<SavedViews> {
    let id = address.view.as_deref().and_then(|it| it.parse().ok());
    let named = id.filter(|id: &Uuid| views.known.all.iter().all(|it| it.id != *id));
    let (Some(id), Some(name)) = (named, state.config().saved_views) else {
        return Ok(views);
    };
    let read = move |reading: &mut Reading<'_, '_>| reading.record(Some(name), &id.to_string());
    let found = match state.engine().read(here.ctx(), read).await {
        Ok((row, _)) => row,
        Err(base::Error::Refused(Refused::NotFound(_) | Refused::Forbidden(_))) => {
            return Ok(views);
        }
        Err(error) => return Err(error),
    };
    let listed = found.value(field::LISTED_TYPE).as_text();
    if listed != of.map(|it| it.name.as_str()) {
        return Ok(views);
    }
    let mut known = Known::clone(&views.known);
    known.all.push(SavedView::read(here, name, &found));
    Ok(SavedViews {
        known: Arc::new(known),
        open: None,
    })
}

/// Who may get a new view: each as the form sends it, and in words.
fn audiences(here: &Here, name: &str, teams: &Titles) -> Vec<(String, String)> {
    let (language, me) = (here.language(), here.ctx().actor.person);
    let may = |access: i64, team: Value| {
        let value = |field: &str| match field {
            spine::REQUESTER => Value::Reference(me),
            spine::ACCESS => Value::Integer(access),
            spine::TEAM => team.clone(),
            _ => Value::Null,
        };
        let row = SpineRow {
            value: &value,
            listed: Listed::No,
        };
        here.ctx().may(name, "create", &row)
    };
    let mut all = Vec::new();
    // The access classes of the three, as the record has them.
    if may(2, Value::Null) {
        all.push(("personal".to_owned(), text!(language, "views-for-me")));
    }
    for (id, team) in teams.iter().filter(|it| may(1, Value::Reference(it.0))) {
        let words = text!(language, "views-for-team", team = team.title.as_str());
        all.push((id.to_string(), words));
    }
    if may(0, Value::Null) {
        all.push(("shared".to_owned(), text!(language, "views-for-everybody")));
    }
    all
}

/// `POST /{type}/views`: keeps the list under a new name.
pub(super) async fn create(
    extract::State(state): extract::State<AppState>,
    Path(name): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let here = Here::after(posted.viewer);
    let kept = type_of_views(&state)?;
    let mut change = Change::create(kept);
    if name != ACROSS {
        change = change.with_value(field::LISTED_TYPE, Value::Text(name.clone()));
    }
    let title = posted.form.get("title").unwrap_or_default().trim();
    let (audience, team) = match posted.form.get("for").unwrap_or("personal") {
        it @ ("personal" | "shared") => (it, None),
        team => ("team", team.parse::<Uuid>().ok()),
    };
    change = shown(change, &posted.form)
        .with_value(spine::TITLE, Value::Text(title.to_owned()))
        .with_value(field::AUDIENCE, Value::Choice(audience.to_owned()));
    if let Some(team) = team {
        change = change.with_value(spine::TEAM, Value::Reference(team));
    }
    let outcome = state.apply(here.ctx(), change).await?;
    let href = format!("/{name}?view={}", outcome.record);
    Ok(go(&href, Some(&Flash::new("notice-view-saved", title))))
}

/// `POST /{type}/views/{id}`: keeps what was changed in an open view.
pub(super) async fn update(
    extract::State(state): extract::State<AppState>,
    Path((name, id)): Path<(String, Uuid)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let here = Here::after(posted.viewer);
    let mut change = shown(Change::update(type_of_views(&state)?, id), &posted.form);
    change.expected_version = posted
        .form
        .get("version")
        .and_then(|it| it.parse::<i64>().ok());
    state.apply(here.ctx(), change).await?;
    let title = posted.form.get("title").unwrap_or_default();
    let href = format!("/{name}?view={id}");
    Ok(go(&href, Some(&Flash::new("notice-view-saved", title))))
}

fn type_of_views(state: &AppState) -> Result<&'static str, Refused> {
    let missing = || Refused::NotFound(Message::new("address-not-found"));
    state.config().saved_views.ok_or_else(missing)
}

/// What the list shows, as the view keeps it.
fn shown(change: Change, form: &FormData) -> Change {
    let columns: Vec<&str> = form.all("column").collect();
    let texts = [
        (field::FILTER, form.get("q").unwrap_or_default().to_owned()),
        (field::SORT, form.get("sort").unwrap_or_default().to_owned()),
        (field::COLUMNS, columns.join(",")),
        (
            field::GROUP_BY,
            form.get("group").unwrap_or_default().to_owned(),
        ),
    ];
    texts.into_iter().fold(change, |change, (name, text)| {
        let value = match text.is_empty() {
            true => Value::Null,
            false => Value::Text(text),
        };
        change.with_value(name, value)
    })
}
