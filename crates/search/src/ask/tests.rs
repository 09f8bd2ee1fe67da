//! What typed text means.

use super::*;

fn typed(text: &str, while_typing: bool) -> Typed {
    let knows = |name: &str| ["state", "priority", "team", "opened_at"].contains(&name);
    read(text, &knows, while_typing).unwrap()
}

/// The words as a person would write them, with `*` for unfinished.
fn told(ask: &Ask) -> String {
    let list = |parts: &[Ask], with: &str| {
        let parts: Vec<String> = parts.iter().map(told).collect();
        format!("({})", parts.join(with))
    };
    match ask {
        Ask::All(parts) => list(parts, " "),
        Ask::Any(parts) => list(parts, " | "),
        Ask::Not(part) => format!("-{}", told(part)),
        Ask::Words { words, unfinished } => {
            format!("{}{}", words.join("+"), if *unfinished { "*" } else { "" })
        }
    }
}

#[track_caller]
fn check(text: &str, filter: &str, words: &str) {
    let typed = typed(text, false);
    assert_eq!(typed.filter.trim(), filter, "the filter of {text}");
    assert_eq!(
        typed.ask.as_ref().map(told).unwrap_or_default(),
        words,
        "the words of {text}"
    );
}

#[test]
fn words_and_filters_share_a_box() {
    check(
        "state:open priority<=2 vpn \"error 619\"",
        "state:open priority<=2",
        "(vpn error+619)",
    );
    check(
        "vpn state in (new, open) down",
        "state in (new, open)",
        "(vpn down)",
    );
    check(
        "team:\"Service Desk\" wi-fi",
        "team:\"Service Desk\"",
        "wi+fi",
    );
    check("priority <= 2 vpn", "priority <= 2", "vpn");
    check("not state:open vpn", "not state:open", "vpn");
    check("-state:open -vpn mouse", "-state:open", "(-vpn mouse)");
    check("state:open or state:new", "state:open or state:new", "");
    check(
        "opened_at >= start of month printer",
        "opened_at >= start of month",
        "printer",
    );
    check("state is not empty x", "state is not empty", "x");
    check("(state:open or vpn) mouse", "(state:open or vpn)", "mouse");
}

#[test]
fn sentences_are_words() {
    check("VPN not working", "", "(vpn not working)");
    check(
        "Re: error: 619, state of things",
        "",
        "(re error 619 state of things)",
    );
    check("black and white", "", "(black white)");
    check("vpn or (wifi broken)", "", "(vpn | (wifi broken))");
    check("foo:bar http://x.org/a", "", "(foo+bar http+x+org+a)");
    check("(open \"quote", "", "(open quote)");
    check("a) b -- c", "", "(a b c)");
    check("or", "", "");
}

#[test]
fn numbers_are_found_in_any_spelling() {
    check("inc-1234", "", "(inc+1234 | inc1234)");
    check("INC0001234", "", "inc1234");
    check("1234", "", "1234");
}

#[test]
fn the_last_word_may_be_unfinished() {
    let last = |text: &str| typed(text, true).ask.as_ref().map(told).unwrap_or_default();
    assert_eq!(last("vpn pri"), "(vpn pri*)");
    assert_eq!(last("vpn pri "), "(vpn pri)");
    assert_eq!(last("vpn p"), "(vpn p)");
    assert_eq!(last("\"paper ja"), "paper+ja*");
    assert_eq!(last("\"paper jam\""), "paper+jam");
    assert_eq!(
        typed("print* jam", false).ask.as_ref().map(told).unwrap(),
        "(print* jam)"
    );
}

#[test]
fn places_of_filters_stay() {
    let typed = typed("größe state:open", false);
    assert_eq!(typed.filter, "      state:open");
}

#[test]
fn too_many_words_are_refused() {
    let knows = |_: &str| false;
    assert!(read(&"word ".repeat(MAX_WORDS), &knows, false).is_ok());
    assert!(read(&"word ".repeat(MAX_WORDS + 1), &knows, false).is_err());
}

#[test]
fn what_would_run_out_of_stack_is_refused() {
    let knows = |_: &str| false;
    let nested = |depth: usize| format!("{}a{}", "(b or ".repeat(depth), ")".repeat(depth));
    assert!(read(&nested(MAX_DEPTH), &knows, false).is_ok());
    assert!(read(&nested(MAX_DEPTH + 1), &knows, false).is_err());
    assert!(read(&"(".repeat(100_000), &knows, false).is_err());
    assert!(read(&"-(".repeat(900), &knows, false).is_err());
    assert!(read(&"a".repeat(MAX_CHARS + 1), &knows, false).is_err());
}
