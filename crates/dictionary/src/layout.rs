//! Which fields a list and a form show, and in what order.

use crate::Label;

/// Layout of one record type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Columns of a new list.
    pub list: Vec<String>,
    /// Sections of the form, in reading order.
    pub form: Vec<Section>,
    /// Fields that a create form asks for; empty means all writable fields of the form.
    pub create: Vec<String>,
}

/// A titled group of fields of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Title of the group.
    pub label: Label,
    /// Field names in reading order.
    pub fields: Vec<String>,
}
