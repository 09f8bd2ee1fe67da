//! Pure rules of incidents, by what they are about. The order in which they run stands in `incident/mod.rs`.

pub mod category;
pub mod hold;
pub mod major;
pub mod measures;
pub mod people;
pub mod priority;
pub mod resolution;
pub mod routing;
