//! What is measured about a group of records, from columns of a statement to a finished number.
//!
//! The database gives partial results per day; they are put together here, so that a month is exact in any
//! zone. Sums come as two halves, since SQLite's overflow.

use std::collections::{BTreeMap, BTreeSet};

use base::{Message, Refused, Result};
use dictionary::filter::Scope;
use dictionary::{FieldDef, Filter, Kind, Value};
use store::{Row, Sql, SqlValue};

use super::super::compile::{Compiler, column, companion};
use super::total::{Total, average, divide_half_even, money_of, scale_of, value_of};

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// How many records.
    Count,
    /// How many different values; records without one do not count.
    Distinct(String),
    /// The sum.
    Sum(String),
    /// The mean.
    Average(String),
    /// The smallest value.
    Min(String),
    /// The largest value.
    Max(String),
    /// The value in the middle; of two, the mean.
    Median(String),
    /// The smallest value that at least nine tenths do not exceed.
    P90(String),
    /// How many of the records match a second filter.
    Share(Filter),
    /// How many records were open when the bucket began: opened (the time that is grouped by) before it, and
    /// not closed before it.
    Backlog {
        /// The field that says when a record was closed.
        closed: String,
    },
}

/// A finished measure.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// A number of records or values.
    Count(i64),
    /// A sum or mean; nothing where there are no values.
    Number(Option<Total>),
    /// A value of the field; null where there is none.
    Value(Value),
    /// Sums or means by currency.
    Amounts(BTreeMap<String, Total>),
    /// Values by currency.
    Values(BTreeMap<String, Value>),
    /// How many of how many match.
    Share {
        /// Those that match.
        part: i64,
        /// All.
        whole: i64,
    },
}

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

/// A measure with its field.
pub(super) struct Measuring<'a> {
    pub(super) measure: &'a Measure,
    pub(super) field: Option<&'a FieldDef>,
}

/// What is known so far about one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    count: i64,
    part: i64,
    /// By currency; without one for all other kinds.
    numbers: BTreeMap<String, Numbers>,
    distinct: BTreeSet<SqlValue>,
}

#[derive(Clone, Debug, Default)]
struct Numbers {
    sum: i128,
    count: i64,
    range: Option<(i64, i64)>,
    /// How often each value occurs.
    values: BTreeMap<i64, i64>,
}

impl<'a> Measuring<'a> {
    pub(super) fn new(measure: &'a Measure, scope: &Scope<'a>) -> Result<Self> {
        let name = match measure {
            Measure::Count | Measure::Share(_) => {
                return Ok(Self {
                    measure,
                    field: None,
                });
            }
            Measure::Distinct(name)
            | Measure::Sum(name)
            | Measure::Average(name)
            | Measure::Min(name)
            | Measure::Max(name)
            | Measure::Median(name)
            | Measure::P90(name)
            | Measure::Backlog { closed: name } => name,
        };
        let field = super::own_field(scope, name)?;
        let number = matches!(
            field.kind,
            Kind::Integer | Kind::Decimal { .. } | Kind::Money | Kind::Duration
        );
        let time = matches!(field.kind, Kind::Date | Kind::Instant);
        let fits = match measure {
            Measure::Distinct(_) => field.kind.is_sortable() && field.kind != Kind::Money,
            Measure::Min(_) | Measure::Max(_) => number || time,
            Measure::Backlog { .. } => time,
            _ => number,
        };
        if !fits {
            return Err(Refused::BadRequest(
                Message::new("aggregate-impossible").with("field", name),
            )
            .into());
        }
        Ok(Self {
            measure,
            field: Some(field),
        })
    }

    pub(super) fn shape(&self) -> Shape {
        let money = self.field.is_some_and(|it| it.kind == Kind::Money);
        match self.measure {
            Measure::Backlog { .. } => Shape::Backlog,
            Measure::Distinct(_) | Measure::Median(_) | Measure::P90(_) => Shape::Values,
            _ if money => Shape::Values,
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
        let Some(field) = self.field else {
            return Ok(());
        };
        let functions: &[(&str, &str)] = match self.measure {
            Measure::Min(_) | Measure::Max(_) => &[("MIN", ""), ("MAX", "")],
            _ => &[("SUM", "high"), ("SUM", "low"), ("COUNT", "")],
        };
        for (function, half) in functions {
            sql.push(match *function {
                "MIN" => ", MIN(",
                "MAX" => ", MAX(",
                "COUNT" => ", COUNT(",
                _ => ", SUM(",
            });
            column(sql, &field.column).push(match *half {
                "high" => " / 1048576)",
                "low" => " % 1048576)",
                _ => ")",
            });
        }
        Ok(())
    }

    /// Takes the columns that [`Measuring::select`] asked for, and says where the next ones begin.
    pub(super) fn take(
        &self,
        tally: &mut Tally,
        row: &Row,
        count: i64,
        at: usize,
    ) -> Result<usize> {
        tally.count += count;
        if matches!(self.measure, Measure::Share(_)) {
            tally.part += row.integer(at)?.unwrap_or_default();
            return Ok(at + 1);
        }
        if self.field.is_none() {
            return Ok(at);
        }
        let numbers = tally.numbers.entry(String::new()).or_default();
        if matches!(self.measure, Measure::Min(_) | Measure::Max(_)) {
            numbers.widen(row.integer(at)?, row.integer(at + 1)?);
            return Ok(at + 2);
        }
        let (high, low) = (
            row.integer(at)?.unwrap_or_default(),
            row.integer(at + 1)?.unwrap_or_default(),
        );
        numbers.sum += i128::from(high) * 1_048_576 + i128::from(low);
        numbers.count += row.need_integer(at + 2)?;
        Ok(at + 3)
    }

    /// The columns of a statement that lists values: the value, and its currency.
    pub(super) fn value_columns(&self) -> Vec<Sql> {
        let Some(field) = self.field else {
            return Vec::new();
        };
        let mut value = Sql::default();
        if field.kind.is_keyed_text() {
            companion(&mut value, &field.column, "__key");
        } else {
            column(&mut value, &field.column);
        }
        let mut columns = vec![value];
        if field.kind == Kind::Money {
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
        if matches!(self.measure, Measure::Median(_) | Measure::P90(_)) {
            *numbers.values.entry(*number).or_default() += times;
        }
    }

    /// The finished measure of a group.
    pub(super) fn finish(&self, tally: &Tally) -> Measured {
        let Some(kind) = self.field.map(|it| &it.kind) else {
            return match self.measure {
                Measure::Share(_) => Measured::Share {
                    part: tally.part,
                    whole: tally.count,
                },
                _ => Measured::Count(tally.count),
            };
        };
        let plain = tally.numbers.get("").cloned().unwrap_or_default();
        let money = *kind == Kind::Money;
        match self.measure {
            Measure::Distinct(_) => {
                Measured::Count(i64::try_from(tally.distinct.len()).unwrap_or(i64::MAX))
            }
            Measure::Sum(_) | Measure::Average(_) if money => {
                let totals = tally
                    .numbers
                    .iter()
                    .filter_map(|(code, it)| Some((code.clone(), self.total(it, kind)?)));
                Measured::Amounts(totals.collect())
            }
            Measure::Sum(_) | Measure::Average(_) => Measured::Number(self.total(&plain, kind)),
            _ if money => {
                let picked = tally
                    .numbers
                    .iter()
                    .filter_map(|(code, it)| Some((code, self.pick(it)?)));
                Measured::Values(
                    picked
                        .map(|(code, number)| (code.clone(), money_of(number, code)))
                        .collect(),
                )
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
            Measure::P90(_) => numbers.nth((numbers.count * 9 + 9) / 10 - 1),
            _ => {
                let lower = i128::from(numbers.nth((numbers.count - 1) / 2)?);
                let upper = i128::from(numbers.nth(numbers.count / 2)?);
                i64::try_from(divide_half_even(lower + upper, 2)).ok()
            }
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
