//! The filter as people type it into a search bar.
//!
//! ```text
//! state:open priority<=2 assignee:me team:my_teams "paper jam" printer
//! ```
//!
//! Conditions stand side by side and must all hold; `and`, `or`, `not` (or a leading `-`) and parentheses
//! say otherwise. `or` binds weaker than side by side. Letter case never matters outside codes.
//!
//! | written | means |
//! | --- | --- |
//! | `field:value` | what people mean: a text or list *contains* it, a time falls *within* it, all else is equal |
//! | `=` `!=` `<` `<=` `>` `>=` | equality and order |
//! | `~` `!~` or `contains` | the text or list contains it |
//! | `^` or `starts with` | the text begins with it |
//! | `field:(a, b)`, `field in (a, b)`, `not in` | one of them |
//! | `field between a and b`, `field:a..b` | from a to b, both included |
//! | `field:empty`, `field is empty`, `is not empty` | no value |
//! | `a.b.field` | the field of the record that the reference leads to, at most four references far |
//! | `me`, `my_teams`, `my_organisations` | the person who asks, her teams, her organisation and those above it |
//! | `today`, `yesterday`, `today-7d`, `2026-03-01`, `this_week`, `last_month` | a stretch of the calendar |
//! | `now`, `now-2h`, `start of month`, `start of month-1month`, `start of 2026-03-01` | one instant |
//! | `state:open`, `phase:on_hold` | states by what they mean |
//! | `team:"Network"`, `parent:INC0001234` | a reference by the title or number of its target |
//! | `word`, `"some words"` | the title contains it, or it is the record's number |
//!
//! Before and after a stretch of the calendar leave it out (`<`, `>`), up to and from it (`<=`, `>=`) take it
//! in. Text with blanks, quotes, commas, parentheses or `..` stands in double quotes; `\"` and `\\` within.

use base::Message;

use super::error::{FilterError, Place};
use super::parser::Parser;
use super::{Filter, MAX_TEXT_BYTES, Scope, bind};

/// Reads a filter and binds it to the fields of the scope. Blank text holds for every record.
pub fn parse(text: &str, scope: &Scope<'_>) -> Result<Filter, FilterError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(FilterError::new(
            &Place::Whole,
            Message::new("filter-too-long").with("most", MAX_TEXT_BYTES),
        ));
    }
    let raw = Parser::new(text, scope).parse()?;
    bind::bind(&raw, scope)
}
