//! A sentence for a person, before it has a language: a key of the message catalogue and its arguments.

use std::fmt;

/// A key of the message catalogue with the arguments that its text names.
///
/// Engine and practices speak in messages; only the edge, which knows the reader's language,
/// turns them into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Key in the catalogue, for example `refused-required`.
    pub key: &'static str,
    /// Named arguments, already plain text.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// A message without arguments.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self {
            key,
            args: Vec::new(),
        }
    }

    /// The same message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// For logs and tests: the key and its arguments, `refused-required(field: title)`.
impl fmt::Display for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.key)?;
        for (index, (name, value)) in self.args.iter().enumerate() {
            write!(
                out,
                "{}{name}: {value}",
                if index == 0 { "(" } else { ", " }
            )?;
        }
        if self.args.is_empty() {
            Ok(())
        } else {
            out.write_str(")")
        }
    }
}
