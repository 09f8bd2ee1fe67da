//! Declaration of a record type.

use foldhash::{HashMap, HashMapExt};

use crate::{ChoiceDef, FieldDef, Kind, Label, Layout, Lifecycle, Phase, Value, spine};

/// How numbers of a type look: prefix and at least that many digits, `INC0001234`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    /// Letters before the digits.
    pub prefix: String,
    /// Least number of digits.
    pub width: usize,
}

impl NumberFormat {
    /// The number as people see it.
    #[must_use]
    pub fn format(&self, number: i64) -> String {
        format!("{}{number:0width$}", self.prefix, width = self.width)
    }
}

/// Into what records of a type can be turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Transition that ends the record and begins the other one.
    pub transition: String,
    /// Name of the other type.
    pub into: String,
    /// Fields of both types that come along.
    pub carries: Vec<String>,
}

/// Declaration of a record type: built-in and custom alike, shared as `Arc<TypeDef>`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Name in API, filters and grants; also the name of its table (custom types: `x_<name>`).
    pub name: String,
    /// Table of the type.
    pub table: String,
    /// One record of it, for people.
    pub label: Label,
    /// Many records of it, for people.
    pub plural: Label,
    /// Numbers, where the type has them.
    pub number: Option<NumberFormat>,
    /// All fields that may be seen, spine fields first.
    pub fields: Vec<FieldDef>,
    /// States and transitions, where the type has them.
    pub lifecycle: Option<Lifecycle>,
    /// Lists and forms.
    pub layout: Layout,
    /// Whether people comment on it.
    pub journal: bool,
    /// Person fields beside the requester whose people may read the record (affected, opened by).
    pub readers: Vec<String>,
    /// Into what its records can be turned.
    pub conversion: Option<Conversion>,
    /// Whether an administrator added it.
    pub custom: bool,
    by_name: HashMap<String, usize>,
}

impl TypeDef {
    /// A type with the fields that every record has (number where a format is given, title, stamps, organisation).
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut this = Self {
            name: name.to_owned(),
            table: name.to_owned(),
            label: Label::built_in(name.replace('_', "-")),
            plural: Label::built_in(format!("{name}-plural").replace('_', "-")),
            number: None,
            fields: Vec::new(),
            lifecycle: None,
            layout: Layout::default(),
            journal: false,
            readers: Vec::new(),
            conversion: None,
            custom: false,
            by_name: HashMap::new(),
        };
        this.show_spine(&[
            spine::TITLE,
            spine::ORGANISATION,
            spine::CREATED_AT,
            spine::UPDATED_AT,
            spine::VERSION,
        ]);
        this
    }

    /// A type with numbers.
    #[must_use]
    pub fn numbered(mut self, prefix: &str, width: usize) -> Self {
        self.number = Some(NumberFormat {
            prefix: prefix.to_owned(),
            width,
        });
        self.show_spine(&[spine::NUMBER]);
        self
    }

    /// A type with states; its records have `state` and `open`.
    #[must_use]
    pub fn with_lifecycle(mut self, lifecycle: Lifecycle) -> Self {
        self.show_spine(&[spine::STATE, spine::OPEN]);
        let choices = lifecycle.states.iter().map(|it| ChoiceDef {
            code: it.code.clone(),
            label: it.label.clone(),
            when: Vec::new(),
            active: true,
        });
        let choices = choices.collect();
        if let Some(state) = self.field_mut(spine::STATE) {
            state.choices = choices;
        }
        self.lifecycle = Some(lifecycle);
        self
    }

    /// Also shows these spine fields.
    #[must_use]
    pub fn with_spine(mut self, names: &[&str]) -> Self {
        self.show_spine(names);
        self
    }

    /// Adds fields; one with the name of a field that is there replaces it.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldDef>) -> Self {
        for field in fields {
            self.put_field(field);
        }
        self
    }

    /// The same type with comments.
    #[must_use]
    pub fn with_journal(mut self) -> Self {
        self.journal = true;
        self
    }

    /// The same type whose records the people in these fields may read.
    #[must_use]
    pub fn with_readers(mut self, fields: &[&str]) -> Self {
        self.readers = fields.iter().map(|it| (*it).to_owned()).collect();
        self
    }

    /// The same type with that layout.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// The same type whose records can be turned into such of another one.
    #[must_use]
    pub fn converting(mut self, conversion: Conversion) -> Self {
        self.conversion = Some(conversion);
        self
    }

    /// Adjusts one field that is there.
    #[must_use]
    pub fn adjust(mut self, name: &str, change: impl FnOnce(&mut FieldDef)) -> Self {
        if let Some(field) = self.field_mut(name) {
            change(field);
        }
        self
    }

    /// Adds a field, or replaces the one with its name.
    pub fn put_field(&mut self, mut field: FieldDef) {
        if field.label == Label::default() {
            field.label = Label::built_in(if spine::is_spine(&field.name) {
                format!("field-{}", field.name.replace('_', "-"))
            } else {
                format!("{}-{}", self.name, field.name).replace('_', "-")
            });
        }
        if let Some(index) = self.by_name.get(&field.name) {
            self.fields[*index] = field;
        } else {
            self.by_name.insert(field.name.clone(), self.fields.len());
            self.fields.push(field);
        }
    }

    /// The field with that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.by_name.get(name).map(|index| &self.fields[*index])
    }

    /// Position of the field with that name in [`TypeDef::fields`].
    #[must_use]
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// A value among those of a record, which stand in the order of [`TypeDef::fields`]; null where there is no
    /// such field.
    #[must_use]
    pub fn value<'v>(&self, values: &'v [Value], name: &str) -> &'v Value {
        let index = self.field_index(name);
        let value = index.and_then(|index| values.get(index));
        value.unwrap_or(&Value::Null)
    }

    /// The phase of a state, where the type has states and that is one.
    #[must_use]
    pub fn phase(&self, state: &Value) -> Option<Phase> {
        let lifecycle = self.lifecycle.as_ref()?;
        state.as_text().map(|code| lifecycle.phase(code))
    }

    /// Fields that refer to records of other types, with the name of that type.
    pub fn references(&self) -> impl Iterator<Item = (&FieldDef, &str)> {
        self.fields.iter().filter_map(|field| match &field.kind {
            Kind::Reference { to: Some(to) } => Some((field, to.as_str())),
            _ => None,
        })
    }

    fn field_mut(&mut self, name: &str) -> Option<&mut FieldDef> {
        let index = *self.by_name.get(name)?;
        self.fields.get_mut(index)
    }

    fn show_spine(&mut self, names: &[&str]) {
        for field in spine::fields() {
            if names.contains(&field.name.as_str()) && self.field(&field.name).is_none() {
                self.put_field(field);
            }
        }
    }
}
