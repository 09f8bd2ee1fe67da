//! What record types, fields, states and transitions exist, as plain data: no I/O, no functions of a practice.
//!
//! Lists, forms, REST, OpenAPI, import, export and permissions derive from a [`Dictionary`]. Built-in
//! types are declared in Rust and copied in at start; types and fields of administrators extend the
//! same immutable snapshot, and nothing above can tell them apart.

pub mod field;
pub mod filter;
pub mod kind;
pub mod label;
pub mod layout;
pub mod lifecycle;
pub mod query;
pub mod record_type;
pub mod snapshot;
pub mod spine;
pub mod value;

pub use field::{
    Audience, Choice, ChoiceCode, ChoiceDef, Elapsed, Field, FieldDef, FieldType, WrittenBy,
};
pub use filter::{Filter, Operand, Operator, Path, Term, Test};
pub use kind::Kind;
pub use label::Label;
pub use layout::{Layout, Section};
pub use lifecycle::{FieldFlag, Lifecycle, Phase, StateDef, Transition};
pub use query::{Count, Direction, Page, Query, Sort};
pub use record_type::{Conversion, NumberFormat, TypeDef};
pub use snapshot::{Dictionary, DictionaryError};
pub use value::{Decimal, Money, Value, write_scaled};
