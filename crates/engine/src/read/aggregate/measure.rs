//! What is measured about a group of records, from columns of a statement to a finished number.
//!
//! The database gives partial results per day; they are put together here, so that a month is exact in any
//! zone. Sums come as two halves, since SQLite's overflow.

use std::collections::{BTreeMap, BTreeSet};

use base::Result;
use dictionary::filter::Scope;
use dictionary::{FieldDef, Kind, Value};
use store::{ColumnKind, Row, Sql, SqlValue};

use super::super::compile::{Compiler, column, companion};
use super::question::{Measure, Measured, Quantity};
use super::total::{Total, average, divide_half_even, money_of, scale_of, value_of};

/// How a measure is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Columns beside the count of the group.
    Columns,
    /// A statement of its own, which lists the values with how often each occurs.
    Values,
    /// Two statements of its own.
    Backlog,
}

/// A measure with its fields.
pub(super) struct Measuring<'a> {
    measure: &'a Measure,
    /// The field that is measured; of elapsed time its end.
    pub(super) field: Option<&'a FieldDef>,
    /// Where elapsed time begins.
    since: Option<&'a FieldDef>,
}

/// What is known so far about one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// By currency; without one for all other kinds.
    numbers: BTreeMap<String, Numbers>,
    distinct: BTreeSet<SqlValue>,
}

#[derive(Clone, Debug, Default)]
struct Numbers {
    sum: i128,
    count: i64,
    /// How many of them are those asked for.
    part: i64,
    range: Option<(i64, i64)>,
    /// How often each value occurs.
    values: BTreeMap<i64, i64>,
}

impl<'a> Measuring<'a> {
    pub(super) fn new(measure: &'a Measure, scope: &Scope<'a>) -> Result<Self> {
        let (since, name) = match measure {
            Measure::Count | Measure::Share(_) => {
                return Ok(Self {
                    measure,
                    field: None,
                    since: None,
                });
            }
            Measure::Backlog { closed } => (None, closed),
            Measure::Filled(of)
            | Measure::Distinct(of)
            | Measure::Sum(of)
            | Measure::Average(of)
            | Measure::Min(of)
            | Measure::Max(of)
            | Measure::Percentile(_, of)
            | Measure::Within { of, .. } => match of {
                Quantity::Field(name) => (None, name),
                Quantity::Elapsed { from, to } => (Some(super::own_field(scope, from)?), to),
            },
        };
        let this = Self {
            measure,
            field: Some(super::own_field(scope, name)?),
            since,
        };
        if this.is_possible() {
            return Ok(this);
        }
        Err(super::impossible(name))
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &'a FieldDef> {
        self.field.into_iter().chain(self.since)
    }

    /// Of what kind the values are; counts are whole numbers.
    fn kind(&self) -> &'a Kind {
        match (self.field, self.since) {
            (Some(field), None) => &field.kind,
            (Some(_), Some(_)) => &Kind::Duration,
            (None, _) => &Kind::Integer,
        }
    }

    fn is_possible(&self) -> bool {
        let kind = self.kind();
        if self.since.is_some() && self.fields().any(|it| it.kind != Kind::Instant) {
            return false;
        }
        let number = matches!(
            kind,
            Kind::Integer | Kind::Decimal { .. } | Kind::Money | Kind::Duration
        );
        let time = matches!(kind, Kind::Date | Kind::Instant);
        match self.measure {
            Measure::Filled(_) => kind.is_sortable(),
            Measure::Distinct(_) => kind.is_sortable() && *kind != Kind::Money,
            Measure::Min(_) | Measure::Max(_) => number || time,
            Measure::Percentile(percent, _) => number && *percent <= 100,
            Measure::Within { .. } => *kind == Kind::Duration,
            Measure::Backlog { .. } => time,
            _ => number,
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self.measure {
            Measure::Backlog { .. } => Shape::Backlog,
            Measure::Filled(_) => Shape::Columns,
            Measure::Distinct(_) | Measure::Percentile(..) => Shape::Values,
            _ if *self.kind() == Kind::Money => Shape::Values,
            _ => Shape::Columns,
        }
    }

    /// Appends the columns of a measure that needs no statement of its own.
    pub(super) fn select(
        &self,
        sql: &mut Sql,
        scope: &Scope<'_>,
        compiler: &Compiler<'_>,
    ) -> Result<()> {
        if let Measure::Share(filter) = self.measure {
            sql.push(", SUM(CASE WHEN ")
                .append(compiler.filter(filter, scope)?)
                .push(" THEN 1 ELSE 0 END)");
        }
        let (value, count) = (self.value(), (", COUNT(", ")"));
        let parts: &[(&'static str, &'static str)] = match self.measure {
            Measure::Count | Measure::Share(_) => &[],
            Measure::Min(_) | Measure::Max(_) => &[(", MIN(", ")"), (", MAX(", ")")],
            Measure::Filled(_) => &[count],
            Measure::Within { .. } => &[count, (", SUM(CASE WHEN ", " <= ")],
            _ => &[(", SUM(", " / 1048576)"), (", SUM(", " % 1048576)"), count],
        };
        for (before, after) in parts {
            sql.push(before).append(value.clone()).push(after);
        }
        if let Measure::Within { at_most, .. } = self.measure {
            sql.typed_arg(ColumnKind::Integer, *at_most)
                .push(" THEN 1 ELSE 0 END)");
        }
        Ok(())
    }

    /// What is measured about one record.
    fn value(&self) -> Sql {
        let mut sql = Sql::default();
        match (self.field, self.since) {
            (Some(to), Some(from)) => {
                column(sql.push("("), &to.column).push(" - ");
                column(&mut sql, &from.column).push(")");
            }
            (Some(field), None) if field.kind.is_keyed_text() => {
                companion(&mut sql, &field.column, "__key");
            }
            (Some(field), None) => {
                column(&mut sql, &field.column);
            }
            (None, _) => {}
        }
        sql
    }

    /// Takes the columns that [`Measuring::select`] asked for, and says where the next ones begin.
    pub(super) fn take(
        &self,
        tally: &mut Tally,
        row: &Row,
        count: i64,
        at: usize,
    ) -> Result<usize> {
        let numbers = tally.numbers.entry(String::new()).or_default();
        let number = |column: usize| row.integer(at + column).map(Option::unwrap_or_default);
        let width = match self.measure {
            Measure::Min(_) | Measure::Max(_) => {
                numbers.widen(row.integer(at)?, row.integer(at + 1)?);
                2
            }
            Measure::Count => {
                numbers.count += count;
                0
            }
            Measure::Filled(_) => {
                numbers.count += number(0)?;
                1
            }
            Measure::Share(_) => {
                numbers.count += count;
                numbers.part += number(0)?;
                1
            }
            Measure::Within { .. } => {
                numbers.count += number(0)?;
                numbers.part += number(1)?;
                2
            }
            _ => {
                numbers.sum += i128::from(number(0)?) * 1_048_576 + i128::from(number(1)?);
                numbers.count += number(2)?;
                3
            }
        };
        Ok(at + width)
    }

    /// The columns of a statement that lists values: the value, and its currency.
    pub(super) fn value_columns(&self) -> Vec<Sql> {
        let mut columns = vec![self.value()];
        if let Some(field) = self.field.filter(|it| it.kind == Kind::Money) {
            let mut currency = Sql::default();
            companion(&mut currency, &field.column, "__currency");
            columns.push(currency);
        }
        columns
    }

    /// Takes one value that occurs so often in the group.
    pub(super) fn take_value(
        &self,
        tally: &mut Tally,
        value: &SqlValue,
        currency: Option<&str>,
        times: i64,
    ) {
        if matches!(self.measure, Measure::Distinct(_)) {
            if *value != SqlValue::Null {
                tally.distinct.insert(value.clone());
            }
            return;
        }
        let SqlValue::Integer(number) = value else {
            return;
        };
        let numbers = tally
            .numbers
            .entry(currency.unwrap_or_default().to_owned())
            .or_default();
        numbers.sum += i128::from(*number) * i128::from(times);
        numbers.count += times;
        numbers.widen(Some(*number), Some(*number));
        if matches!(self.measure, Measure::Percentile(..)) {
            *numbers.values.entry(*number).or_default() += times;
        }
    }

    /// The finished measure of a group.
    pub(super) fn finish(&self, tally: &Tally) -> Measured {
        let kind = self.kind();
        let plain = tally.numbers.get("").cloned().unwrap_or_default();
        let money = *kind == Kind::Money;
        match self.measure {
            Measure::Distinct(_) => {
                Measured::Count(i64::try_from(tally.distinct.len()).unwrap_or(i64::MAX))
            }
            Measure::Count | Measure::Filled(_) => Measured::Count(plain.count),
            Measure::Share(_) | Measure::Within { .. } => Measured::Share {
                part: plain.part,
                whole: plain.count,
            },
            Measure::Sum(_) | Measure::Average(_) if money => {
                let totals = tally
                    .numbers
                    .iter()
                    .filter_map(|(code, it)| Some((code.clone(), self.total(it, kind)?)));
                Measured::Amounts(totals.collect())
            }
            Measure::Sum(_) | Measure::Average(_) => Measured::Number(self.total(&plain, kind)),
            _ if money => {
                let amounts = tally
                    .numbers
                    .iter()
                    .filter_map(|(code, it)| Some((code.clone(), money_of(self.pick(it)?, code))));
                Measured::Values(amounts.collect())
            }
            _ => Measured::Value(
                self.pick(&plain)
                    .map_or(Value::Null, |number| value_of(number, kind)),
            ),
        }
    }

    fn total(&self, numbers: &Numbers, kind: &Kind) -> Option<Total> {
        match self.measure {
            Measure::Average(_) => average(numbers.sum, numbers.count, kind),
            _ => (numbers.count > 0).then(|| Total {
                unscaled: numbers.sum,
                scale: scale_of(kind),
            }),
        }
    }

    fn pick(&self, numbers: &Numbers) -> Option<i64> {
        match self.measure {
            Measure::Min(_) => numbers.range.map(|it| it.0),
            Measure::Max(_) => numbers.range.map(|it| it.1),
            Measure::Percentile(percent, _) => {
                let way = (numbers.count - 1) * i64::from(*percent);
                let (place, rest) = (way / 100, i128::from(way % 100));
                let lower = i128::from(numbers.nth(place)?);
                let upper = numbers.nth(place + 1).map_or(lower, i128::from);
                i64::try_from(divide_half_even(lower * (100 - rest) + upper * rest, 100)).ok()
            }
            _ => None,
        }
    }
}

impl Numbers {
    fn widen(&mut self, least: Option<i64>, most: Option<i64>) {
        let (Some(least), Some(most)) = (least, most) else {
            return;
        };
        let (low, high) = self.range.unwrap_or((least, most));
        self.range = Some((low.min(least), high.max(most)));
    }

    /// The value at that place of the sorted values, from 0.
    fn nth(&self, place: i64) -> Option<i64> {
        let mut before = 0;
        self.values
            .iter()
            .find(|(_, times)| {
                before += **times;
                place < before && place >= 0
            })
            .map(|(value, _)| *value)
    }
}
