//! What a request is beyond any ticket.

use base::Date;
use dictionary::{Kind, TypeDef, fields};

use crate::ticket::layout::layout;
use crate::ticket::record::Words;

fields! {
    /// Why it is needed, for whoever approves it.
    JUSTIFICATION: String = "justification", Kind::LongText;
    /// The day by which it is needed.
    NEEDED_BY: Date = "needed_by", Kind::Date;
}

const WORDS: Words = Words {
    record_type: "request",
    prefix: "REQ",
    resolved: "fulfilled",
    resolve: "fulfil",
    converts_into: "incident",
    hold_reasons: &["requester", "vendor", "change", "scheduled"],
    resolution_codes: &[
        "fulfilled",
        "partly_fulfilled",
        "fulfilled_by_requester",
        "fulfilled_by_change",
        "not_possible",
        "refused",
    ],
};

/// The type.
pub fn declare() -> TypeDef {
    WORDS
        .declare()
        .with_fields(declarations())
        .with_layout(layout(&["justification", "needed_by"], &[], &CREATE))
}

/// What an agent is asked who takes an order; requesters are asked what of it they may write.
const CREATE: [&str; 16] = [
    "requester",
    "affected",
    "channel",
    "title",
    "description",
    "justification",
    "needed_by",
    "category",
    "subcategory",
    "service",
    "location",
    "impact",
    "urgency",
    "team",
    "assignee",
    "opened_at",
];
