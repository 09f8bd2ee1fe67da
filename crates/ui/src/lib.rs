//! The pages: layouts, components, and the words on them. Knows nothing of HTTP.

pub mod article;
pub mod difference;
pub mod field;
pub mod files;
pub mod filter_bar;
pub mod form;
pub mod found;
pub mod icon;
pub mod label;
pub mod list;
pub mod markdown;
pub mod message;
pub mod page;
pub mod portal;
pub mod record;
pub mod refusal;
pub mod run;
pub mod selection;
pub mod time;
pub mod timeline;
