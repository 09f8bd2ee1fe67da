//! What a change of a setting does to records that are there.

use std::collections::{BTreeMap, BTreeSet};

use base::{Message, Result, Uuid};
use dictionary::{
    FieldFlag, Filter, Operand, Operator, Page, Phase, Query, Term, TypeDef, Value, spine,
};
use engine::additions::{CHOICES, FIELDS, NUMBERS, ROLES, STATES};
use engine::{Reading, Shape};
use serde_json::Value as Json;
use ui::label;

use super::setting::{Effect, Subject, plain, title};

/// What would have been routed is looked for among records of that many days.
const LOOKED_BACK_DAYS: i64 = 30;

/// The field of an assignment that says who has the role.
const HOLDER: &str = "person";
/// Most of those who hold a role that are named.
const MOST_HOLDERS: usize = 5;

/// A choice: its field, its code, and whether it is in use.
type Coded = (String, String, bool);

/// Looks for what a change does.
pub(super) struct Effects<'e, 'r, 't> {
    pub(super) reading: &'e mut Reading<'r, 't>,
    pub(super) subject: &'e Subject<'e>,
    pub(super) organisation: Option<Uuid>,
    pub(super) found: Vec<Effect>,
}

impl Effects<'_, '_, '_> {
    /// Finds all of it.
    pub(super) fn look(&mut self, before: &Json, after: &Json) -> Result<()> {
        match self.subject.declared.key {
            CHOICES => return self.choices(before, after),
            STATES => return self.states(before, after),
            ROLES => return self.roles(before, after),
            FIELDS => return self.fields(before, after),
            NUMBERS => return self.numbers(before, after),
            _ => {}
        }
        match self.subject.declared.shape {
            Shape::Grid(fields) => self.grid(fields, before, after),
            Shape::Rows(members) => self.rows(members, before, after),
            Shape::DaysSince(field) => self.days(field, after),
            _ => Ok(()),
        }
    }

    fn tell(&mut self, message: Message, href: Option<String>) {
        self.found.push(Effect {
            message,
            href,
            refuses: false,
        });
    }

    /// How many records the filter finds; nothing where the actor may read none.
    fn count(&mut self, of: &TypeDef, filter: Filter) -> Result<Option<i64>> {
        if !self.reading.ctx.may_somewhere(&of.name, "read") {
            return Ok(None);
        }
        let query = Query {
            record_type: Some(of.name.clone()),
            filter,
            ..Query::default()
        };
        self.reading.count(&query).map(Some)
    }

    /// Only records for which the setting holds.
    fn within(&self) -> Vec<Filter> {
        let own = self.organisation.map(|organisation| {
            let members = self.reading.ctx.snapshot.settings.subtree(organisation);
            let terms = members
                .into_iter()
                .map(|it| Term::Value(Value::Reference(it)));
            let all = Operand::Many(terms.collect());
            Filter::test(spine::ORGANISATION, Operator::In, all)
        });
        own.into_iter().collect()
    }

    fn grid(&mut self, [row, column, cell]: [&str; 3], before: &Json, after: &Json) -> Result<()> {
        let Some((of, map)) = self.subject.of.clone().zip(after.as_object()) else {
            return Ok(());
        };
        for (pair, value) in map {
            if before.get(pair) == Some(value) {
                continue;
            }
            let steps = pair.split_once('-');
            let steps = steps.and_then(|it| Some((it.0.parse().ok()?, it.1.parse().ok()?)));
            let Some((left, right)) = steps else { continue };
            let mut all = self.within();
            all.push(Filter::equal(row, Value::Integer(left)));
            all.push(Filter::equal(column, Value::Integer(right)));
            all.push(Filter::equal(spine::OPEN, Value::Boolean(true)));
            let Some(count) = self.count(&of, Filter::All(all))? else {
                continue;
            };
            let message = Message::new("effect-grid")
                .with("count", count)
                .with("what", label::label(self.subject.language, &of.plural))
                .with("row", format!("{} {left}", self.subject.member(row)))
                .with("column", format!("{} {right}", self.subject.member(column)))
                .with("value", self.subject.choice(cell, &plain(value)));
            let href = list_href(
                &of.name,
                &format!("{row}:{left} {column}:{right} open:true"),
            );
            self.tell(message, Some(href));
        }
        Ok(())
    }

    /// Members that are fields of the type are conditions; what else a row has is what comes of it.
    fn rows(&mut self, members: &[(&str, Shape)], before: &Json, after: &Json) -> Result<()> {
        let Some((of, rows)) = self.subject.of.clone().zip(after.as_array()) else {
            return Ok(());
        };
        let known = before.as_array().map(Vec::as_slice).unwrap_or_default();
        let since = self
            .reading
            .ctx
            .now
            .plus_micros(-LOOKED_BACK_DAYS * base::MICROS_PER_DAY);
        for (at, row) in rows.iter().enumerate().filter(|it| !known.contains(it.1)) {
            let mut all = self.within();
            for (name, _) in members.iter().filter(|it| it.0 != spine::TEAM) {
                let id = row.get(*name).and_then(Json::as_str);
                let id = id.and_then(|it| Uuid::try_parse(it).ok());
                if let Some(id) = id.filter(|_| of.field(name).is_some()) {
                    all.push(Filter::equal(name, Value::Reference(id)));
                }
            }
            let since = Operand::One(Term::Value(Value::Instant(since)));
            all.push(Filter::test(
                spine::CREATED_AT,
                Operator::GreaterOrEqual,
                since,
            ));
            if let Some(count) = self.count(&of, Filter::All(all))? {
                let message = Message::new("effect-row")
                    .with("count", count)
                    .with("days", LOOKED_BACK_DAYS)
                    .with("position", at + 1);
                self.tell(message, None);
            }
        }
        Ok(())
    }

    fn days(&mut self, field: &str, after: &Json) -> Result<()> {
        let Some((of, days)) = self.subject.of.clone().zip(after.as_i64()) else {
            return Ok(());
        };
        let past = -days.saturating_mul(base::MICROS_PER_DAY);
        let before = Operand::One(Term::Value(Value::Instant(
            self.reading.ctx.now.plus_micros(past),
        )));
        let mut all = self.within();
        all.push(Filter::test(field, Operator::Less, before));
        all.push(phase(&of, Phase::Resolved));
        if let Some(count) = self.count(&of, Filter::All(all))?.filter(|_| days > 0) {
            let message = Message::new("effect-days")
                .with("count", count)
                .with("days", days);
            self.tell(
                message,
                Some(list_href(
                    &of.name,
                    &format!("phase:resolved {field}<-{days}d"),
                )),
            );
        }
        Ok(())
    }

    fn choices(&mut self, before: &Json, after: &Json) -> Result<()> {
        let snapshot = self.reading.ctx.snapshot.clone();
        let worlds = self.reading.engine.worlds();
        let built_in = &worlds.of(Some(Uuid::nil())).dictionary;
        for (path, code, now) in codes(before) {
            let Some((of, name)) = path.split_once('.') else {
                continue;
            };
            let Some(of) = snapshot.dictionary.record_type(of).cloned() else {
                continue;
            };
            let Some(field) = of.field(name) else {
                continue;
            };
            let next = codes(after)
                .into_iter()
                .find(|it| it.0 == path && it.1 == code);
            let was_built_in = built_in
                .record_type(&of.name)
                .and_then(|it| it.field(name))
                .is_some_and(|it| it.choice(&code).is_some());
            let gone = next.is_none() && !was_built_in;
            let retired = next.as_ref().is_some_and(|it| !it.2) && now;
            if gone || retired {
                self.choice_goes(&of, field, &code, gone)?;
            }
        }
        let known = codes(before);
        for (path, code, active) in codes(after) {
            if active || known.iter().any(|it| it.0 == path && it.1 == code) {
                continue;
            }
            let found = path.split_once('.');
            let found =
                found.and_then(|(of, name)| Some((snapshot.dictionary.record_type(of)?, name)));
            // No record can have a choice that comes in out of use.
            if let Some((of, name)) = found
                && let Some(field) = of.field(name).filter(|it| it.choice(&code).is_some())
            {
                self.choice_goes(&of.clone(), field, &code, false)?;
            }
        }
        self.choices_without_pairs(&known, &codes(after));
        Ok(())
    }

    /// Choices that come, and of which a setting with a value for each pair says nothing yet.
    fn choices_without_pairs(&mut self, before: &[Coded], after: &[Coded]) {
        let snapshot = self.reading.ctx.snapshot.clone();
        let come = |it: &&Coded| it.2 && !before.contains(*it);
        for (path, code, _) in after.iter().filter(come) {
            for grid in snapshot.settings.declared() {
                let of = grid.key.split('.').next().unwrap_or_default();
                let Shape::Grid([row, column, _]) = grid.shape else {
                    continue;
                };
                let sides = [row, column].map(|it| format!("{of}.{it}"));
                let Some(side) = sides.iter().position(|it| it == path) else {
                    continue;
                };
                let (tenant, settings) = (self.reading.ctx.tenant, &snapshot.settings);
                let found = settings.find(tenant, None, grid.key);
                let pairs = found.and_then(|it| it.0.as_object());
                let mut pairs = pairs.into_iter().flatten().map(|it| it.0);
                if pairs.any(|it| it.split('-').nth(side) == Some(code.as_str())) {
                    continue;
                }
                let message = Message::new("effect-choice-no-pairs")
                    .with("choice", code)
                    .with("what", title(self.subject.language, grid.key));
                self.tell(message, Some(format!("/admin/settings/{}", grid.key)));
            }
        }
    }

    fn choice_goes(
        &mut self,
        of: &TypeDef,
        field: &dictionary::FieldDef,
        code: &str,
        gone: bool,
    ) -> Result<()> {
        let chosen = || Value::Choice(code.to_owned());
        let filter = match field.kind {
            dictionary::Kind::Integer => {
                let step = code.parse().map(Value::Integer).unwrap_or(Value::Null);
                Filter::equal(&field.name, step)
            }
            // One of several is enough.
            dictionary::Kind::MultiChoice => {
                let member = Operand::One(Term::Value(chosen()));
                Filter::test(&field.name, Operator::Contains, member)
            }
            _ => Filter::equal(&field.name, chosen()),
        };
        let count = self.count(of, filter)?.unwrap_or(0);
        let key = if gone {
            "effect-choice-gone"
        } else {
            "effect-choice-retired"
        };
        let message = Message::new(key)
            .with("count", count)
            .with("choice", label::choice(self.subject.language, field, code));
        self.found.push(Effect {
            message,
            href: Some(list_href(&of.name, &format!("{}:{code}", field.name))),
            refuses: gone && count > 0,
        });
        Ok(())
    }

    fn states(&mut self, before: &Json, after: &Json) -> Result<()> {
        let snapshot = self.reading.ctx.snapshot.clone();
        let states = |all: &Json| -> Vec<(String, String)> {
            let types = all.as_object().into_iter().flatten();
            let of_type = |(of, it): (&String, &Json)| {
                let states = it["states"].as_array().cloned().unwrap_or_default();
                let codes = states.iter().map(|it| (of.clone(), plain(&it["code"])));
                codes.collect::<Vec<_>>()
            };
            types.flat_map(of_type).collect()
        };
        let kept = states(after);
        for (of, code) in states(before) {
            if kept.contains(&(of.clone(), code.clone())) {
                continue;
            }
            let Some(of) = snapshot.dictionary.record_type(&of).cloned() else {
                continue;
            };
            let filter = Filter::equal(spine::STATE, Value::Choice(code.clone()));
            let count = self.count(&of, filter)?.unwrap_or(0);
            let message = Message::new("effect-choice-gone")
                .with("count", count)
                .with("choice", label::state(self.subject.language, &of, &code).1);
            self.found.push(Effect {
                message,
                href: Some(list_href(&of.name, &format!("state:{code}"))),
                refuses: count > 0,
            });
        }
        self.asked_for(after)
    }

    /// Records that are in a state and have nothing in a field that it begins to ask for.
    fn asked_for(&mut self, after: &Json) -> Result<()> {
        let snapshot = self.reading.ctx.snapshot.clone();
        for (name, added) in after.as_object().into_iter().flatten() {
            let Some(of) = snapshot.dictionary.record_type(name) else {
                continue;
            };
            let states = added["flags"].as_object().into_iter().flatten();
            let asked = states.flat_map(|(state, flags)| {
                let fields = flags.as_object().into_iter().flatten();
                fields.map(move |(field, flag)| (state, field, flag))
            });
            for (state, field, flag) in asked {
                let stated = of.lifecycle.as_ref().and_then(|it| it.state(state));
                let asks_now = stated.and_then(|it| it.flags.get(field));
                let begins = flag == "required" && asks_now != Some(&FieldFlag::Required);
                let Some(field) = of.field(field).filter(|_| begins) else {
                    continue;
                };
                let within = Filter::equal(spine::STATE, Value::Choice(state.clone()));
                let lacking = Filter::All(vec![within, Filter::empty(&field.name)]);
                let Some(count) = self.count(of, lacking)? else {
                    continue;
                };
                let message = Message::new("effect-state-asks")
                    .with("count", count)
                    .with("state", label::state(self.subject.language, of, state).1)
                    .with("field", label::label(self.subject.language, &field.label));
                let found = format!("state:{state} {}:empty", field.name);
                self.tell(message, Some(list_href(name, &found)));
            }
        }
        Ok(())
    }

    /// Fields that go out of use, and how many records have a value there.
    fn fields(&mut self, before: &Json, after: &Json) -> Result<()> {
        let snapshot = self.reading.ctx.snapshot.clone();
        for (path, change) in after.as_object().into_iter().flatten() {
            let goes = change["retired"] == true && before[path]["retired"] != true;
            let found = path.split_once('.').filter(|_| goes);
            let found = found.and_then(|(of, name)| {
                let of = snapshot.dictionary.record_type(of)?;
                Some((of, of.field(name)?))
            });
            let Some((of, field)) = found else { continue };
            let filled = Filter::empty(&field.name).negated();
            let Some(count) = self.count(of, filled)? else {
                continue;
            };
            let message = Message::new("effect-field-retired")
                .with("count", count)
                .with("field", label::label(self.subject.language, &field.label));
            self.tell(message, None);
        }
        Ok(())
    }

    /// Numbers that were given are written down and told; they would no longer be found.
    fn numbers(&mut self, before: &Json, after: &Json) -> Result<()> {
        let snapshot = self.reading.ctx.snapshot.clone();
        let all = [before, after].map(|it| it.as_object().into_iter().flatten());
        let names: BTreeSet<&String> = all.into_iter().flatten().map(|it| it.0).collect();
        for name in names
            .into_iter()
            .filter(|it| before.get(*it) != after.get(*it))
        {
            let Some(of) = snapshot.dictionary.record_type(name) else {
                continue;
            };
            let count = self.count(of, Filter::default())?.unwrap_or(0);
            let message = Message::new("effect-number")
                .with("count", count)
                .with("what", label::label(self.subject.language, &of.plural));
            self.found.push(Effect {
                message,
                href: Some(list_href(name, "")),
                refuses: count > 0,
            });
        }
        Ok(())
    }

    /// The first of those who hold a role, by name.
    fn holders(&mut self, of: &TypeDef, held: Filter) -> Result<String> {
        let query = Query {
            record_type: Some(of.name.clone()),
            filter: held,
            columns: vec![HOLDER.to_owned()],
            page: Page {
                limit: Some(MOST_HOLDERS),
                after: None,
            },
            ..Query::default()
        };
        let page = self.reading.list(&query)?;
        let names = page.rows.iter().filter_map(|it| {
            let person = it.value(HOLDER).as_reference()?;
            page.titles.get(person).map(|it| it.title.clone())
        });
        Ok(names.collect::<Vec<_>>().join(", "))
    }

    fn roles(&mut self, before: &Json, after: &Json) -> Result<()> {
        let Some(of) = self.reading.ctx.record_type("role_assignment") else {
            return Ok(());
        };
        let by_code = |all: &Json| -> BTreeMap<String, Json> {
            let roles = all.as_array().into_iter().flatten();
            roles.map(|it| (plain(&it["code"]), it.clone())).collect()
        };
        let (old, new) = (by_code(before), by_code(after));
        let codes: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for code in codes.into_iter().filter(|it| old.get(*it) != new.get(*it)) {
            let kind = of.field("role").map(|it| it.kind.clone());
            let value = match kind {
                Some(dictionary::Kind::Choice) => Value::Choice(code.clone()),
                _ => Value::Text(code.clone()),
            };
            let held = Filter::equal("role", value);
            let count = self.count(&of, held.clone())?.unwrap_or(0);
            let href = Some(list_href(&of.name, &format!("role:{code}")));
            if new.contains_key(code) {
                let message = Message::new("effect-role").with("count", count);
                self.tell(message.with("role", code), href);
                continue;
            }
            let message = Message::new("effect-role-gone")
                .with("count", count)
                .with("role", code)
                .with("who", self.holders(&of, held)?);
            self.found.push(Effect {
                message,
                href,
                refuses: count > 0,
            });
        }
        Ok(())
    }
}

/// All choices of the setting of choices: where, which code, whether active.
fn codes(value: &Json) -> Vec<Coded> {
    let fields = value.as_object().into_iter().flatten();
    let of_field = |(path, choices): (&String, &Json)| {
        let choices = choices.as_array().cloned().unwrap_or_default();
        let all = choices.iter().map(|it| {
            let active = it["active"].as_bool().unwrap_or(true);
            (path.clone(), plain(&it["code"]), active)
        });
        all.collect::<Vec<_>>()
    };
    fields.flat_map(of_field).collect()
}

fn phase(of: &TypeDef, phase: Phase) -> Filter {
    let states = of
        .lifecycle
        .as_ref()
        .map(|it| it.states.as_slice())
        .unwrap_or_default();
    let codes = states.iter().filter(|it| it.phase == phase);
    let terms = codes.map(|it| Term::Value(Value::Choice(it.code.clone())));
    Filter::test(spine::STATE, Operator::In, Operand::Many(terms.collect()))
}

/// The address of a list with a filter.
pub(crate) fn list_href(of: &str, text: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/{of}?q={query}")
}
