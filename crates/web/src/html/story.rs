//! Which part of a record's story its page tells: the end, and what came before it for whoever asks.

use engine::read::Visible;
use engine::{Timeline, TimelineItem};
use ui::timeline::{Show, belongs};

use crate::FormData;

/// Versions at the end of a story that are shown at first.
const LATEST: i64 = 30;
/// The same of comments or notes alone.
const LATEST_WORDS: usize = 30;

/// Which part of a story is loaded.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) show: Show,
    /// Whether only its end is wanted.
    pub(super) end: bool,
    /// The version from which on, where somebody asked for it.
    from: Option<i64>,
}

impl Part {
    /// The end of the part that an address asks for.
    pub(super) fn asked(query: &FormData) -> Self {
        let show = query.get("tab").map(Show::from_code);
        Self {
            show: show.unwrap_or_default(),
            end: true,
            from: query.get("from").and_then(|it| it.parse().ok()),
        }
    }

    /// The version from which on the story of a record with that version is loaded.
    pub(super) fn since(self, version: i64) -> i64 {
        match self.show {
            Show::Everything | Show::History if self.end => {
                self.from.unwrap_or(version - LATEST + 1).max(1)
            }
            _ => 1,
        }
    }

    /// Cuts a story down to its end; answers with the version from which on it tells then.
    ///
    /// What people wrote lies anywhere in the history, so those parts are loaded whole and counted here.
    pub(super) fn shorten(self, record: &Visible, timeline: &mut Timeline, since: i64) -> i64 {
        let mut since = since;
        if matches!(self.show, Show::Conversation | Show::Notes) {
            let shown = timeline
                .entries
                .iter()
                .rev()
                .filter(|it| it.version > 0 && belongs(record.record_type(), it, self.show));
            let first = shown.map(|it| it.version).nth(LATEST_WORDS - 1);
            since = self.from.or(first).unwrap_or(1).max(1);
        }
        if since <= 1 {
            return 1;
        }
        // Words that come from other records have no version here; they stay where they were said.
        let own = timeline.entries.iter().find(|it| it.version >= since);
        let beginning = own.map(|it| it.at);
        let (entries, before) = std::mem::take(&mut timeline.entries)
            .into_iter()
            .partition(|it| {
                if it.version > 0 {
                    it.version >= since
                } else {
                    beginning.is_none_or(|at| it.at >= at)
                }
            });
        timeline.entries = entries;
        timeline.before.extend::<Vec<_>>(before);
        // A value that was set anew since then has other reasons.
        for entry in &mut timeline.before {
            if let TimelineItem::Change { fields, .. } = &mut entry.item {
                fields.retain(|name, it| record.value(name).to_json() == it.after);
            }
        }
        since
    }
}
