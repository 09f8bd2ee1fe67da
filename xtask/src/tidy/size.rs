//! Sizes: files and functions that fit into a head, and a core that stays small.

use super::lexer::item_length;
use super::{Source, refuse, sources};

const LONG_FILE: usize = 400;
const TOO_LONG_FILE: usize = 500;
const TOO_LONG_FUNCTION: usize = 100;
/// dictionary + engine + store together, in lines of code: words about it are no burden.
const LARGE_CORE: usize = 12_000;
const TOO_LARGE_CORE: usize = 18_000;
/// Ordinary tables beside the record engine; see docs/decisions/0012.
const SYSTEM: &str = "crates/engine/src/system/";

/// Lines of the product in a file: tests do not count.
fn lines(source: &Source) -> usize {
    let kept = source.lexed.product.trim_end();
    // Blanked comments are lines too; only what stood under test is gone, and it stands at the end.
    kept.lines().count()
}

/// Lines with code on them: neither blank nor comment.
fn code_lines(source: &Source) -> usize {
    source
        .lexed
        .product
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count()
}

fn functions(source: &Source) -> Vec<(String, usize, usize)> {
    let code = &source.lexed.product;
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        let name: String = code[at + 3..]
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect();
        if before.is_alphanumeric() || before == '_' || name.is_empty() {
            continue;
        }
        let body = &code[at..at + item_length(&code[at..])];
        functions.push((
            name,
            code[..at].matches('\n').count() + 1,
            body.lines().count(),
        ));
    }
    functions
}

#[test]
fn files_fit_into_a_head() {
    let mut offences = Vec::new();
    for source in sources().iter().filter(|it| !it.is_test()) {
        match lines(source) {
            long if long > TOO_LONG_FILE => {
                offences.push(format!("{} has {long} lines", source.path))
            }
            long if long > LONG_FILE => println!("warning: {} has {long} lines", source.path),
            _ => {}
        }
    }
    refuse(
        &offences,
        &format!(
            "part the file by its concerns; {TOO_LONG_FILE} lines is the end, {LONG_FILE} the aim."
        ),
    );
}

#[test]
fn functions_fit_on_a_screen() {
    let mut offences = Vec::new();
    for source in sources().iter().filter(|it| !it.is_test()) {
        for (name, line, long) in functions(source) {
            if long > TOO_LONG_FUNCTION {
                offences.push(format!("{}:{line} fn {name} has {long} lines", source.path));
            }
        }
    }
    refuse(
        &offences,
        "name its steps and make each a function below it.",
    );
}

#[test]
fn the_core_stays_small() {
    let core = ["dictionary", "engine", "store"];
    let sources = sources();
    // Tables that are no records (logins, sessions, tokens) are written by hand and bend nothing.
    let counts = |it: &&Source| core.contains(&it.krate.as_str()) && !it.path.starts_with(SYSTEM);
    let product = sources.iter().filter(|it| it.is_product()).filter(counts);
    let total: usize = product.map(code_lines).sum();
    println!("dictionary, engine and store have {total} lines of code");
    if total > LARGE_CORE {
        println!("warning: that is more than {LARGE_CORE}");
    }
    assert!(
        total <= TOO_LARGE_CORE,
        "dictionary, engine and store have {total} lines of code, more than {TOO_LARGE_CORE}.\n\nThe mend: what a \
         single practice needs belongs into that practice or into flow, not into the core."
    );
}

#[test]
fn sizes_are_counted() {
    let source = Source::new(
        "crates/a/src/b.rs",
        "//! B.\nfn one() {\n  two();\n}\n#[cfg(test)]\nmod tests {\n fn gone() {}\n}\n",
    );
    assert_eq!(functions(&source), [("one".to_owned(), 2, 3)]);
    assert_eq!((lines(&source), code_lines(&source)), (4, 3));
}
