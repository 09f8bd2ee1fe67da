//! Pure rules of tickets, by what they are about. The order in which they run stands in `ticket/mod.rs`.

pub mod category;
pub mod hold;
pub mod measures;
pub mod people;
pub mod priority;
pub mod resolution;
pub mod routing;
