//! Forms with texts that cannot be stored: what is wrong with which field, and the rest as it was written.
//!
//! Programs get the refusal alone. People get the form again, since nobody keeps what they typed but the page.

use base::{Message, Problem, Refused};

use crate::FormData;
use crate::body::{MOST_PAIRS, decoded};

/// A form as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pairs: Vec<(String, String)>,
    problems: Vec<Problem>,
}

/// A form with at least one text that cannot be stored.
#[derive(Clone, Debug)]
pub(crate) struct Flawed {
    /// The form without what cannot be stored.
    pub(crate) form: FormData,
    /// What was wrong, by field.
    pub(crate) problems: Vec<Problem>,
}

impl Read {
    /// Reads `a=1&b=2`.
    pub(crate) fn of_form(bytes: &[u8]) -> Result<Self, Refused> {
        let mut read = Self::default();
        for pair in bytes.split(|it| *it == b'&').filter(|it| !it.is_empty()) {
            let end = pair.iter().position(|it| *it == b'=');
            let (name, value) = pair.split_at(end.unwrap_or(pair.len()));
            let value = value.strip_prefix(b"=").unwrap_or_default();
            read.put(&decoded(name), &decoded(value))?;
        }
        Ok(read)
    }

    /// Adds one field.
    pub(crate) fn put(&mut self, name: &[u8], value: &[u8]) -> Result<(), Refused> {
        if self.pairs.len() == MOST_PAIRS {
            let message = Message::new("form-too-many-fields").with("most", MOST_PAIRS);
            return Err(Refused::TooLarge(message));
        }
        let name = String::from_utf8_lossy(name).replace('\0', "");
        let text = String::from_utf8_lossy(value);
        let mut flaw = |key| {
            let message = Message::new(key).with("field", &name);
            let field = Some(name.clone());
            self.problems.push(Problem { field, message });
        };
        if std::str::from_utf8(value).is_err() {
            flaw("text-not-utf8");
        }
        if text.contains('\0') {
            flaw("text-with-nul");
        }
        self.pairs.push((name, text.replace('\0', "")));
        Ok(())
    }

    /// The first value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The form, where all of it can be stored.
    pub(crate) fn sound(self) -> Result<FormData, Flawed> {
        let form = FormData::from_pairs(self.pairs);
        match self.problems.is_empty() {
            true => Ok(form),
            false => Err(Flawed {
                form,
                problems: self.problems,
            }),
        }
    }
}

impl From<Flawed> for Refused {
    fn from(flawed: Flawed) -> Self {
        Self::Invalid(flawed.problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_stored_is_kept() {
        let read = Read::of_form(b"title=a%00b&body=Gr%FC%C3%9Fe+5%&x").unwrap();
        let Flawed { form, problems } = read.sound().unwrap_err();
        let pairs: Vec<_> = form.pairs().iter().map(|it| (&*it.0, &*it.1)).collect();
        let kept = [("title", "ab"), ("body", "Gr\u{fffd}\u{df}e 5%"), ("x", "")];
        assert_eq!(pairs, kept);
        let told: Vec<_> = problems
            .iter()
            .map(|it| (it.field.as_deref(), it.message.key))
            .collect();
        assert_eq!(
            told,
            [
                (Some("title"), "text-with-nul"),
                (Some("body"), "text-not-utf8")
            ]
        );
    }
}
