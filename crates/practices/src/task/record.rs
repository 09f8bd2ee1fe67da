//! What a task is.

use base::{Timestamp, Uuid};
use dictionary::{Kind, Layout, Phase, TypeDef, WrittenBy, fields};

use crate::declare::{lifecycle, owned, section};
use crate::task_like;

fields! {
    /// The record it serves, of any type.
    PARENT: Uuid = "parent", Kind::Reference { to: None }, |it| it.indexed = true;
    /// Place among the tasks of its parent.
    ORDER: i64 = "order", Kind::Integer;
    /// Tasks that must be done before it can begin.
    DEPENDS_ON: Vec<Uuid> = "depends_on", Kind::references("task");
    /// When work began.
    STARTED_AT: Timestamp = "started_at", Kind::Instant, |it| it.written_by = WrittenBy::Rules;
    /// When it ended.
    CLOSED_AT: Timestamp = "closed_at", Kind::Instant, |it| it.written_by = WrittenBy::Rules;
    /// Who ended it.
    CLOSED_BY: Uuid = "closed_by", Kind::reference("person"), |it| it.written_by = WrittenBy::Rules;
    /// What came of it.
    CLOSE_NOTES: String = "close_notes", Kind::LongText;
}

/// The type.
pub fn declare() -> TypeDef {
    let lifecycle = lifecycle("task")
        .state("open", Phase::New)
        .state("in_progress", Phase::Active)
        .state("closed_complete", Phase::Closed)
        .state("closed_incomplete", Phase::Cancelled)
        .state("closed_skipped", Phase::Cancelled)
        .step("start", &["open"], "in_progress")
        .step("complete", &["open", "in_progress"], "closed_complete")
        .asks(&["close_notes"])
        .step(
            "close_incomplete",
            &["open", "in_progress"],
            "closed_incomplete",
        )
        .asks(&["close_notes"])
        .step("skip", &["open", "in_progress"], "closed_skipped")
        .asks(&["close_notes"])
        .step(
            "reopen",
            &["closed_complete", "closed_incomplete", "closed_skipped"],
            "open",
        );
    let spine = [
        "priority",
        "assignee",
        "team",
        "access",
        "due_at",
        "opened_at",
    ];
    TypeDef::new("task")
        .numbered("TASK", 7)
        .with_lifecycle(lifecycle.done())
        .with_spine(&spine)
        .adjust("priority", |it| it.written_by = WrittenBy::People)
        .with_fields(task_like::declarations())
        .with_fields(declarations())
        .with_journal()
        .with_layout(layout())
}

fn layout() -> Layout {
    Layout {
        list: owned(&[
            "number", "title", "state", "parent", "assignee", "team", "due_at",
        ]),
        form: vec![
            section(
                "general",
                &[
                    "title",
                    "parent",
                    "order",
                    "depends_on",
                    "priority",
                    "due_at",
                    "description",
                ],
            ),
            section(
                "assignment",
                &[
                    "team",
                    "assignee",
                    "time_worked",
                    "reassignment_count",
                    "assignee_change_count",
                ],
            ),
            section(
                "closing",
                &["started_at", "closed_at", "closed_by", "close_notes"],
            ),
        ],
        create: owned(&[
            "title",
            "parent",
            "order",
            "depends_on",
            "priority",
            "due_at",
            "team",
            "assignee",
            "description",
        ]),
    }
}
