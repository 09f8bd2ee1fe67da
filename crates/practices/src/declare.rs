//! Short words for declaring types: states, transitions, choices and sections with their labels by convention.
//!
//! It knows no practice; it must never decide what a record means.

use dictionary::{
    ChoiceDef, FieldDef, FieldFlag, Label, Lifecycle, Phase, Section, StateDef, Transition, Value,
};

/// What people and places have is a name, not a title.
pub fn named(title: &mut FieldDef) {
    title.label = Label::built_in("field-name");
}

/// Builds the lifecycle of one type; the first state is that of a new record.
pub struct LifecycleOf {
    record_type: &'static str,
    states: Vec<StateDef>,
    transitions: Vec<Transition>,
}

/// Begins the lifecycle of that type.
pub const fn lifecycle(record_type: &'static str) -> LifecycleOf {
    LifecycleOf {
        record_type,
        states: Vec::new(),
        transitions: Vec::new(),
    }
}

impl LifecycleOf {
    /// Adds a state.
    pub fn state(mut self, code: &str, phase: Phase) -> Self {
        let label = label(&[self.record_type, "state", code]);
        self.states.push(StateDef::new(code, label, phase));
        self
    }

    /// Adds a state in which these fields may be read but not written.
    pub fn state_read_only(self, code: &str, phase: Phase, fields: &[&str]) -> Self {
        let mut this = self.state(code, phase);
        if let Some(state) = this.states.last_mut() {
            for field in fields {
                state.flags.insert((*field).to_owned(), FieldFlag::ReadOnly);
            }
        }
        this
    }

    /// Adds a transition.
    pub fn step(mut self, name: &str, from: &[&str], to: &str) -> Self {
        self.transitions.push(Transition {
            name: name.to_owned(),
            label: label(&[self.record_type, "transition", name]),
            from: owned(from),
            to: to.to_owned(),
            needs: Vec::new(),
            asks: Vec::new(),
            needs_comment: false,
        });
        self
    }

    /// The transition added last needs these fields to have a value afterwards.
    pub fn needs(mut self, fields: &[&str]) -> Self {
        if let Some(last) = self.transitions.last_mut() {
            last.needs = owned(fields);
        }
        self
    }

    /// The dialog of the transition added last offers these fields besides.
    pub fn asks(mut self, fields: &[&str]) -> Self {
        if let Some(last) = self.transitions.last_mut() {
            last.asks = owned(fields);
        }
        self
    }

    /// The transition added last comes only with a comment.
    pub fn with_comment(mut self) -> Self {
        if let Some(last) = self.transitions.last_mut() {
            last.needs_comment = true;
        }
        self
    }

    /// The lifecycle.
    pub fn done(self) -> Lifecycle {
        let initial = self
            .states
            .first()
            .map_or_else(String::new, |it| it.code.clone());
        Lifecycle {
            states: self.states,
            initial,
            transitions: self.transitions,
        }
    }
}

/// Choices of a field, labelled `<type>-<field>-<code>`.
pub fn choices(record_type: &str, field: &str, codes: &[&str]) -> Vec<ChoiceDef> {
    let choice = |code: &&str| ChoiceDef {
        code: (*code).to_owned(),
        label: label(&[record_type, field, code]),
        when: Vec::new(),
        active: true,
    };
    codes.iter().map(choice).collect()
}

/// Sets choices of a choice field and its default, the first of them where it has none.
pub fn choose(field: &mut FieldDef, record_type: &str, codes: &[&str]) {
    field.choices = choices(record_type, &field.name, codes);
}

/// As [`choose`], with the choice of a new record.
pub fn choose_default(field: &mut FieldDef, record_type: &str, codes: &[&str], default: &str) {
    choose(field, record_type, codes);
    field.default = Some(Value::Choice(default.to_owned()));
}

/// Offers choices that are out of use elsewhere.
pub fn offer_all(field: &mut FieldDef) {
    for choice in &mut field.choices {
        choice.active = true;
    }
}

/// A section of a form, titled `section-<name>`.
pub fn section(name: &str, fields: &[&str]) -> Section {
    Section {
        label: label(&["section", name]),
        fields: owned(fields),
    }
}

/// Owned names, as layouts keep them.
pub fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn label(parts: &[&str]) -> Label {
    Label::built_in(parts.join("-").replace('_', "-"))
}
