//! What time does to feedback: it takes the access class that its article meanwhile asks for.
//!
//! A change of the article reaches what was said so far in its own unit, as far as a unit goes. This brings the
//! rest, what was said in the moment of the change, and what is older than this rule.

use base::Uuid;
use dictionary::{Filter, Operand, Operator, Term, Value, spine};
use engine::{Change, Ctx};

use super::record::NAME;
use crate::Sweep;
use crate::shared::{CONFIDENTIAL, FOR_FEW, INTERNAL, OF_ORGANISATION, PUBLIC};

/// Gives feedback the access class that follows from its article.
pub const RECLASSIFY: Sweep = Sweep {
    name: "feedback_reclassify",
    record_type: NAME,
    due,
    change,
};

/// Whose class is not the one that follows from the article's.
fn due(_ctx: &Ctx) -> Filter {
    Filter::Any(vec![
        has_other_class(INTERNAL, &FOR_FEW),
        has_other_class(CONFIDENTIAL, &[PUBLIC, INTERNAL, OF_ORGANISATION]),
    ])
}

fn has_other_class(own: i64, of_article: &[i64]) -> Filter {
    let classes = of_article.iter();
    let classes = classes.map(|it| Term::Value(Value::Integer(*it)));
    Filter::All(vec![
        Filter::equal(spine::ACCESS, Value::Integer(own)),
        Filter::test(
            "about.access",
            Operator::In,
            Operand::Many(classes.collect()),
        ),
    ])
}

/// The rules see by themselves what the article's class is now.
fn change(record: Uuid) -> Change {
    Change::update(NAME, record)
}
