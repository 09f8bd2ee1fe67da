//! Icons, and the small drawings made of shapes: priority bars and the tape of a clock.
//!
//! Geometry sits in SVG attributes, never in a style: the content security policy forbids
//! inline styles. Text beside a drawing carries the meaning; the drawing is hidden from
//! assistive technology unless it stands alone.

use std::sync::LazyLock;

use maud::{Markup, html};

/// An icon beside a word. `name` is the id of a symbol in the sprite.
#[must_use]
pub fn icon(name: &str) -> Markup {
    sized_icon(name, IconSize::Normal)
}

/// An icon of another size beside a word.
#[must_use]
pub fn sized_icon(name: &str, size: IconSize) -> Markup {
    html! {
        svg class=(class(name, size)) aria-hidden="true" { (symbol(name)) }
    }
}

/// An icon that stands alone and says `title` to who cannot see it.
#[must_use]
pub fn titled_icon(name: &str, title: &str) -> Markup {
    html! {
        svg class=(class(name, IconSize::Normal)) role="img" aria-label=(title) {
            title { (title) }
            (symbol(name))
        }
    }
}

/// How large an icon is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconSize {
    /// 13 px, beside small text.
    Small,
    /// 16 px, beside working text.
    Normal,
    /// 20 px.
    Large,
    /// 24 px.
    Huge,
}

/// Four bars and a number. 1 is the most urgent; anything above 4 has the bars of 4.
#[must_use]
pub fn priority(level: u8) -> Markup {
    static USUAL: LazyLock<Vec<Markup>> = LazyLock::new(|| (0..=5).map(bars).collect());
    let usual = USUAL.get(usize::from(level)).cloned();
    usual.unwrap_or_else(|| bars(level))
}

fn bars(level: u8) -> Markup {
    let name = format!("P{level}");
    let level = level.clamp(1, 4);
    let lit = |wanted: bool| -> String {
        let bars = [(4, 0, 3), (3, 4, 6), (2, 8, 9), (1, 12, 12)].into_iter();
        bars.filter(|(bar, _, _)| (*bar >= level) == wanted)
            .map(|(_, x, height)| format!("M{x} {}h3v{height}h-3z", 12 - height))
            .collect()
    };
    let off = lit(false);
    html! {
        span class=(format!("priority p{level}")) {
            svg viewBox="0 0 15 12" aria-hidden="true" {
                path d=(lit(true)) {}
                @if !off.is_empty() { path class="off" d=(off) {} }
            }
            (name)
        }
    }
}

/// The glyph and the word of a state.
#[must_use]
pub fn state(kind: StateKind, label: &str) -> Markup {
    html! {
        span class=(format!("state {}", kind.class())) { (icon(kind.icon())) (label) }
    }
}

/// The same, as the box that opens the row of transitions on a record.
#[must_use]
pub fn boxed_state(kind: StateKind, label: &str) -> Markup {
    html! {
        span class=(format!("state boxed {}", kind.class())) { (icon(kind.icon())) (label) }
    }
}

/// What a state means for the work, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// Nobody has begun.
    New,
    /// Somebody works on it.
    Active,
    /// On hold for someone else.
    Hold,
    /// Solved or fulfilled, can still come back.
    Done,
    /// Over for good.
    Closed,
}

impl StateKind {
    fn class(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Hold => "hold",
            Self::Done => "done",
            Self::Closed => "closed",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::New => "state-new",
            Self::Active => "state-active",
            Self::Hold => "state-hold",
            Self::Done => "state-done",
            Self::Closed => "state-closed",
        }
    }
}

/// The clock of a service level in a list: the figure over a tape that empties.
/// `remaining` is the part of the time that is left, in percent.
#[must_use]
pub fn time_left(kind: TimeLeft, figure: &str, remaining: u8) -> Markup {
    if kind == TimeLeft::None {
        return html! { span class="time-left none" { (figure) } };
    }
    html! {
        span class=(format!("time-left {}", kind.class())) {
            (icon(kind.icon()))
            bdi { (figure) }
            (tape(if kind == TimeLeft::Over { 100 } else { remaining }))
        }
    }
}

/// A tape in four parts, filled from the start by `percent`.
#[must_use]
pub fn tape(percent: u8) -> Markup {
    html! {
        svg class="tape" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true" {
            rect class="track" width="100" height="3" {}
            rect class="fill" width=(percent.min(100)) height="3" {}
            path class="gap" d="M24 0h2v3h-2zM49 0h2v3h-2zM74 0h2v3h-2z" {}
        }
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// More than an hour.
    Plenty,
    /// The last hour.
    Soon,
    /// Past the target.
    Over,
    /// Stopped while on hold.
    Paused,
    /// Reached in time.
    Met,
    /// Nothing was promised; the figure is words.
    None,
}

impl TimeLeft {
    /// The CSS class, which the clocks of a record page share.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Plenty => "plenty",
            Self::Soon => "soon",
            Self::Over => "over",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::None => "none",
        }
    }

    /// The icon that says the same as the colour.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Over => "alert",
            Self::Paused => "pause",
            Self::Met => "check",
            Self::Plenty | Self::Soon | Self::None => "clock",
        }
    }
}

/// The circle with a person's initials; the name stands beside it or in `title`.
#[must_use]
pub fn avatar(name: &str) -> Markup {
    // The hue depends on the name alone, so a person keeps one colour on every page.
    let hue = name.bytes().fold(0_u8, u8::wrapping_add) % 5;
    html! {
        span class=(format!("avatar hue-{hue}")) aria-hidden="true" { (initials(name)) }
    }
}

/// An avatar and a name on one line.
#[must_use]
pub fn person(name: &str) -> Markup {
    html! {
        span class="person" { (avatar(name)) span class="name" { (name) } }
    }
}

/// The place of a person that is still empty; `words` says so, as in "nobody".
#[must_use]
pub fn nobody(words: &str) -> Markup {
    html! {
        span class="person" {
            span class="avatar nobody" aria-hidden="true" { "?" }
            span class="name quiet-text" { (words) }
        }
    }
}

/// First letters of the first and the last word of a name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let letters = first.into_iter().chain(words.next_back());
    letters
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The address of the sprite. It changes with the sprite's content.
#[must_use]
pub fn sprite_url() -> &'static str {
    static URL: LazyLock<String> =
        LazyLock::new(|| format!("/assets/icons-{:016x}.svg", fnv1a(SPRITE)));
    &URL
}

static SPRITE: &[u8] = include_bytes!("../../../frontend/icons.svg");

/// Symbols that point somewhere and turn around in right-to-left text.
const DIRECTIONAL: [&str; 8] = [
    "arrow", "history", "left", "list", "reply", "right", "send", "sign-out",
];

fn symbol(name: &str) -> Markup {
    html! { use href={ (sprite_url()) "#" (name) } {} }
}

fn class(name: &str, size: IconSize) -> &'static str {
    match (size, DIRECTIONAL.contains(&name)) {
        (IconSize::Small, false) => "icon small",
        (IconSize::Small, true) => "icon small directional",
        (IconSize::Normal, false) => "icon",
        (IconSize::Normal, true) => "icon directional",
        (IconSize::Large, false) => "icon large",
        (IconSize::Large, true) => "icon large directional",
        (IconSize::Huge, false) => "icon huge",
        (IconSize::Huge, true) => "icon huge directional",
    }
}

/// The same hash that names the sprite when the front end is built.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn initials_take_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Jonas Weber", "JW"),
            ("Sanne de Vries", "SV"),
            ("monitoring", "M"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn an_icon_beside_a_word_is_silent_and_one_alone_speaks() {
        assert!(icon("bell").into_string().contains("aria-hidden"));
        let alone = titled_icon("bell", "Notifications").into_string();
        assert!(alone.contains(r#"role="img""#) && alone.contains("Notifications"));
    }

    #[test]
    fn priority_one_lights_every_bar() {
        let bars = |level: u8| priority(level).into_string().matches("h3v").count();
        let off = |level: u8| {
            let drawn = priority(level).into_string();
            let off = drawn.split_once("class=\"off\"");
            off.map_or(0, |it| it.1.matches("h3v").count())
        };
        for level in 1..=4 {
            assert_eq!((bars(level), off(level)), (4, usize::from(level) - 1));
        }
    }

    /// Reads the sources of all crates: a misspelt name would only show as a hole in a page.
    #[test]
    fn every_icon_in_the_code_is_in_the_sprite() {
        let sprite = String::from_utf8_lossy(SPRITE);
        let mut missing = Vec::new();
        visit(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            &mut |source| {
                for call in ["icon(\"", "icon: \""] {
                    for piece in source.split(call).skip(1) {
                        let name = piece.split('"').next().unwrap_or_default();
                        let plain = name
                            .bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                        if plain && !sprite.contains(&format!("id=\"{name}\"")) {
                            missing.push(name.to_owned());
                        }
                    }
                }
            },
        );
        assert!(missing.is_empty(), "not in frontend/icons.svg: {missing:?}");
    }

    fn visit(folder: &Path, see: &mut impl FnMut(&str)) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                visit(&path, see);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                see(&fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
}
