//! A page of a view as a part of one JSON document, `{"records": […]}`, or as lines of JSON.

use std::collections::BTreeSet;

use base::{Error, Result};
use engine::read::VisiblePage;

use super::ViewFile;
use crate::api::{Shape, Shown};

/// The records of a page, one on each line.
pub(super) fn lines(file: &ViewFile, page: &VisiblePage) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    each(file, page, &mut out, |_| {}, |out| out.push(b'\n'))?;
    Ok(out)
}

/// The records of a page, with the beginning of the document before the first and its end after the last.
pub(super) fn part(file: &ViewFile, page: &VisiblePage, is_first: bool) -> Result<Vec<u8>> {
    let mut out = if is_first {
        b"{\"records\":[".to_vec()
    } else {
        Vec::new()
    };
    let mut begins = is_first;
    let comma = |out: &mut Vec<u8>| {
        if !std::mem::take(&mut begins) {
            out.push(b',');
        }
    };
    each(file, page, &mut out, comma, |_| {})?;
    if page.next.is_none() {
        out.extend_from_slice(b"]}\n");
    }
    Ok(out)
}

/// Writes each record of a page, with something before and after each.
fn each(
    file: &ViewFile,
    page: &VisiblePage,
    out: &mut Vec<u8>,
    mut before: impl FnMut(&mut Vec<u8>),
    mut after: impl FnMut(&mut Vec<u8>),
) -> Result<()> {
    let fields: BTreeSet<String> = file.query.columns.iter().cloned().collect();
    let shape = Shape {
        fields: Some(&fields),
        labels: Some(&file.language),
    };
    for record in &page.rows {
        before(out);
        let shown = Shown {
            record,
            titles: &page.titles,
            shape: &shape,
        };
        serde_json::to_writer(&mut *out, &shown)
            .map_err(|error| Error::failed("a record cannot be written as JSON", error))?;
        after(out);
    }
    Ok(())
}
