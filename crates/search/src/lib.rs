//! Search: how the text of records becomes words, how words become an index on both databases, how a question
//! finds its way through it.
//!
//! It never decides who may read what. The engine says which parts of which rows are open to whom, as classes
//! of text and conditions on rows; a word is only ever looked for within these.

pub mod ask;
pub mod document;
pub mod index;
pub mod layout;
pub mod levels;
pub mod question;
pub mod record;
pub mod run;
pub mod similar;
pub mod snippet;
pub mod text;
