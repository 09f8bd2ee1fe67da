//! The pages: layouts, components, and the words on them. Knows nothing of HTTP.

pub mod icon;
pub mod markdown;
pub mod message;
pub mod page;
