//! The story of a record: cards for words that people wrote, single lines for what changed.

use std::collections::HashMap;
use std::sync::Arc;

use base::Uuid;
use dictionary::{FieldDef, Kind, TypeDef, Value, WrittenBy, spine};
use engine::history::FieldDiff;
use engine::system::attachment::Attachment;
use engine::{Timeline, TimelineEntry, TimelineItem, Visibility};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::field::{Reader, words};
use crate::files::{Files, Removable};
use crate::icon::{icon, initials};
use crate::markdown::markdown;
use crate::message::{Language, message};
use crate::{label, text, time};

/// Longest text shown of one side of a change.
const MOST_CHARS: usize = 240;

/// Which part of the story is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// What people wrote, and the changes that people care about.
    #[default]
    Everything,
    /// Public words only.
    Conversation,
    /// Private notes only.
    Notes,
    /// Every change of every field.
    History,
}

impl Show {
    /// All parts in the order of their tabs.
    pub const ALL: [Self; 4] = [
        Self::Everything,
        Self::Conversation,
        Self::Notes,
        Self::History,
    ];

    /// Name in the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Everything => "all",
            Self::Conversation => "conversation",
            Self::Notes => "notes",
            Self::History => "history",
        }
    }

    /// The part with that name; everything for any other.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|it| it.code() == code)
            .unwrap_or_default()
    }
}

/// Where something was said that is told in the story of another record.
#[derive(Clone, Debug)]
pub struct Origin {
    /// What that record is called.
    pub name: String,
    /// Its address, below which its files lie.
    pub address: String,
    /// Its files.
    pub files: Vec<Attachment>,
}

impl Origin {
    /// Files that came with a comment there.
    #[must_use]
    pub fn files_of(&self, language: &Language, entry: Uuid) -> Markup {
        self.files().of_entry(language, entry)
    }

    /// The files there, which are taken away there only.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files {
            all: &self.files,
            address: &self.address,
            place: &self.address,
            removable: Removable::Nothing,
        }
    }
}

/// A story and what is needed to tell it.
#[derive(Clone, Copy)]
pub struct Story<'a> {
    /// For whom it is told.
    pub reader: Reader<'a>,
    /// The record's type.
    pub of: &'a TypeDef,
    /// What happened.
    pub timeline: &'a Timeline,
    /// Its files.
    pub files: Files<'a>,
    /// Origins of changes of other records, by the change.
    pub origins: &'a HashMap<Uuid, Arc<Origin>>,
    /// Address of a form that makes a record of public words, to which their entry is added.
    pub split: Option<&'a str>,
}

impl<'a> Story<'a> {
    /// The entries of a part, oldest first.
    pub fn entries(self, show: Show) -> impl Iterator<Item = &'a TimelineEntry> {
        self.timeline
            .entries
            .iter()
            .filter(move |it| belongs(self.of, it, show))
    }

    /// The part as a list, after entries that others have written.
    #[must_use]
    pub fn tell(self, show: Show, before: &Markup) -> Markup {
        html! {
            ol class="timeline" {
                (before)
                @for entry in self.entries(show) {
                    @match &entry.item {
                        TimelineItem::Comment { entry: id, visibility, text, minutes_worked } =>
                            (self.words((entry, *id), *visibility, text, *minutes_worked)),
                        TimelineItem::Change { .. } => (self.change(entry, show)),
                    }
                }
            }
        }
    }

    /// Why a field has the value it has, in the words of the rule that set it last.
    #[must_use]
    pub fn why(self, field: &str) -> Option<String> {
        let all = self.timeline.before.iter().chain(&self.timeline.entries);
        let touched = all.rev().find_map(|it| match &it.item {
            TimelineItem::Change { fields, rule_trace } if fields.contains_key(field) => {
                Some(rule_trace)
            }
            _ => None,
        });
        let trace = touched?.as_ref()?.as_array()?;
        let why = trace.iter().find(|it| it["field"] == field)?.get("why")?;
        let key = why["key"].as_str()?;
        let arguments = why["args"].as_object().into_iter().flatten();
        let arguments = arguments.filter_map(|(name, value)| {
            let value = value.as_str()?;
            let whose = Uuid::try_parse(value).ok();
            let title = whose.and_then(|it| self.timeline.titles.get(&it));
            Some((
                name.as_str(),
                label::argument(title.map_or(value, String::as_str)),
            ))
        });
        Some(message(
            self.reader.language,
            key,
            &arguments.collect::<Vec<_>>(),
        ))
    }

    /// What changed after that version, told to somebody whose own change came too late.
    #[must_use]
    pub fn since(self, version: i64) -> Markup {
        let entries = self
            .timeline
            .entries
            .iter()
            .filter(|it| it.version > version);
        html! {
            ol class="timeline" {
                @for entry in entries {
                    @match &entry.item {
                        TimelineItem::Comment { entry: id, visibility, text, minutes_worked } =>
                            (self.words((entry, *id), *visibility, text, *minutes_worked)),
                        TimelineItem::Change { .. } => (self.change(entry, Show::Everything)),
                    }
                }
            }
        }
    }

    /// The name of somebody in the story.
    #[must_use]
    pub fn name(self, person: Uuid) -> String {
        if person.is_nil() {
            return text!(self.reader.language, "timeline-system");
        }
        let known = self.timeline.titles.get(&person).cloned();
        known.unwrap_or_else(|| text!(self.reader.language, "value-hidden"))
    }

    fn words(
        self,
        (entry, id): (&TimelineEntry, Uuid),
        visibility: Visibility,
        body: &str,
        minutes: Option<i64>,
    ) -> Markup {
        let language = self.reader.language;
        let name = self.name(entry.actor);
        let private = visibility == Visibility::Private;
        let origin = self.origins.get(&entry.change_id);
        let split = self.split.filter(|_| !private && origin.is_none());
        let split = split.map(|it| format!("{it}&comment={}", entry.change_id));
        html! {
            li class="entry" {
                span class="avatar medium" aria-hidden="true" { (initials(&name)) }
                article class=(if private { "message private" } else { "message" }) {
                    header {
                        b { (name) }
                        (self.behalf(entry))
                        @if private { span class="tag violet" { (icon("lock")) (text!(language, "timeline-private")) } }
                        @if let Some(minutes) = minutes.filter(|it| *it > 0) {
                            span class="tag" { (text!(language, "timeline-minutes", count = minutes)) }
                        }
                        @if let Some(origin) = origin { (from(language, origin)) }
                        (self.at(entry))
                        @if let Some(split) = split { a class="link small-text" href=(split) { (text!(language, "record-split")) } }
                    }
                    div class="body prose" { (markdown(body)) }
                    @if let Some(origin) = origin { (origin.files_of(language, id)) } @else { (self.files.of_entry(language, id)) }
                }
            }
        }
    }

    fn change(self, entry: &TimelineEntry, show: Show) -> Markup {
        let TimelineItem::Change { fields, .. } = &entry.item else {
            return Markup::default();
        };
        let language = self.reader.language;
        let created = entry.action == "create";
        let origin = self.origins.get(&entry.change_id);
        // The first values are the record itself; only the history lists them.
        let told = fields
            .iter()
            .filter(|(name, _)| show == Show::History || (!created && matters(self.of, name)));
        let parts: Vec<Markup> = told
            .map(|(name, it)| self.part(name, &it.before, &it.after))
            .collect();
        html! {
            li class="entry change" {
                span class="node" { (icon(self.node(entry))) }
                p {
                    b { (self.name(entry.actor)) } (self.behalf(entry)) " "
                    @if created { (text!(language, "timeline-created")) @if !parts.is_empty() { ": " } }
                    @else if fields.keys().any(|it| !it.starts_with('@')) { (text!(language, "timeline-set")) " " }
                    @for (position, part) in parts.iter().enumerate() { @if position > 0 { ", " } (part) }
                    @if let Some(reason) = &entry.reason { " “" (reason) "”" }
                    " " (self.at(entry))
                    @if let Some(origin) = origin { " " (from(language, origin)) }
                }
                @let files = origin.map_or(self.files, |it| it.files());
                (files.alone(language, fields))
            }
        }
    }

    fn node(self, entry: &TimelineEntry) -> &'static str {
        match entry.action.as_str() {
            "create" => "plus",
            "assign" => "user",
            "link" | "unlink" => "link",
            "attach" | "detach" => "attachment",
            "follow" | "unfollow" => "eye",
            "delete" => "trash",
            _ if entry.actor.is_nil() => "bolt",
            "update" => "edit",
            _ => "state-active",
        }
    }

    fn behalf(self, entry: &TimelineEntry) -> Markup {
        html! {
            @if let Some(person) = entry.on_behalf_of {
                " " span class="small-text" { (text!(self.reader.language, "timeline-for", name = self.name(person))) }
            }
        }
    }

    fn at(self, entry: &TimelineEntry) -> Markup {
        time::clock(
            self.reader.language,
            self.reader.zone,
            self.reader.now,
            entry.at,
        )
    }

    fn part(self, name: &str, before: &Json, after: &Json) -> Markup {
        let language = self.reader.language;
        match name {
            "@link" if after.is_null() => {
                html! { (text!(language, "timeline-unlinked")) " " b { (self.other(&before["to"])) } }
            }
            "@link" => {
                html! { (text!(language, "timeline-linked")) " " b { (self.other(&after["to"])) } }
            }
            "@follower" if after.is_null() => {
                html! { (text!(language, "timeline-unfollows")) " " b { (self.other(before)) } }
            }
            "@follower" => {
                html! { (text!(language, "timeline-follows")) " " b { (self.other(after)) } }
            }
            "@attachment" if after.is_null() => {
                html! { (text!(language, "timeline-detached")) " " b { (names(before)) } }
            }
            "@attachment" => {
                html! { (text!(language, "timeline-attached")) " " b { (names(after)) } }
            }
            "@deleted" if after == &Json::Bool(true) => {
                html! { (text!(language, "timeline-deleted")) }
            }
            "@deleted" => html! { (text!(language, "timeline-restored")) },
            _ => match self.of.field(name) {
                None => html! { (name) },
                Some(field) => self.field(field, before, after),
            },
        }
    }

    fn field(self, field: &FieldDef, before: &Json, after: &Json) -> Markup {
        let words = label::within(
            self.reader.language,
            &label::label(self.reader.language, &field.label),
        );
        let long = matches!(field.kind, Kind::LongText | Kind::Json);
        let (before, after) = (self.value(field, before), self.value(field, after));
        html! {
            (words) " "
            @if let Some(before) = before.filter(|_| !long) { del { (before) } " → " }
            b { (after.unwrap_or_else(|| text!(self.reader.language, "value-none"))) }
        }
    }

    /// One side of a change as words; nothing where there was no value.
    fn value(self, field: &FieldDef, json: &Json) -> Option<String> {
        let value = field.from_json(json).unwrap_or_default();
        let told = match &value {
            Value::Null => return None,
            Value::Reference(id) => self.name(*id),
            Value::References(ids) => ids
                .iter()
                .map(|it| self.name(*it))
                .collect::<Vec<_>>()
                .join(", "),
            _ => words(&self.reader, self.of, field, &value),
        };
        let cut = told.char_indices().nth(MOST_CHARS).map(|(at, _)| at);
        Some(cut.map_or_else(|| told.clone(), |at| format!("{}…", &told[..at])))
    }

    fn other(self, id: &Json) -> String {
        let id = id.as_str().and_then(|it| Uuid::try_parse(it).ok());
        id.map_or_else(String::new, |it| self.name(it))
    }
}

/// Whether an entry belongs to that part of the story of a record.
#[must_use]
pub fn belongs(of: &TypeDef, entry: &TimelineEntry, show: Show) -> bool {
    match (&entry.item, show) {
        (TimelineItem::Comment { .. }, Show::Everything) => true,
        // What happened elsewhere has no version here, and is told in the history there.
        (TimelineItem::Change { .. }, Show::History) => entry.version > 0,
        (TimelineItem::Comment { visibility, .. }, Show::Conversation) => {
            *visibility == Visibility::Public
        }
        (TimelineItem::Comment { visibility, .. }, Show::Notes) => {
            *visibility == Visibility::Private
        }
        (TimelineItem::Change { fields, .. }, Show::Everything) => {
            // Files of a comment stand below its words.
            let told = |(name, diff): (&String, &FieldDiff)| {
                matters(of, name) && !(name == "@attachment" && is_of_comment(diff))
            };
            entry.action == "create" || fields.iter().any(told)
        }
        _ => false,
    }
}

/// Whether a change of that field belongs into the story that everybody reads.
fn matters(of: &TypeDef, field: &str) -> bool {
    field.starts_with('@')
        || matches!(field, spine::STATE | spine::PRIORITY)
        || of
            .field(field)
            .is_some_and(|it| it.written_by != WrittenBy::Rules)
}

/// The names of files in one side of a change.
fn names(files: &Json) -> String {
    let names = files.as_array().into_iter().flatten();
    let names: Vec<&str> = names.filter_map(|it| it["name"].as_str()).collect();
    names.join(", ")
}

/// Where something was said that is told here.
fn from(language: &Language, origin: &Origin) -> Markup {
    html! {
        a class="tag" href=(format!("{}?stay=1", origin.address)) { (icon("link")) (text!(language, "timeline-origin", number = origin.name.as_str())) }
    }
}

fn is_of_comment(diff: &FieldDiff) -> bool {
    let files = diff.after.as_array().into_iter().flatten();
    files.into_iter().any(|it| !it["entry"].is_null())
}
