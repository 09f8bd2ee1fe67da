//! A page of a view as a part of one JSON document: `{"records": […]}`.

use std::collections::BTreeSet;

use base::{Error, Result};
use engine::read::VisiblePage;

use super::ViewFile;
use crate::api::{Shape, Shown};

/// The records of a page, with the beginning of the document before the first and its end after the last.
pub(super) fn part(file: &ViewFile, page: &VisiblePage, is_first: bool) -> Result<Vec<u8>> {
    let fields: BTreeSet<String> = file.query.columns.iter().cloned().collect();
    let shape = Shape {
        fields: Some(&fields),
        labels: Some(&file.language),
    };
    let mut out = if is_first {
        b"{\"records\":[".to_vec()
    } else {
        Vec::new()
    };
    for (position, record) in page.rows.iter().enumerate() {
        if !is_first || position > 0 {
            out.push(b',');
        }
        let shown = Shown {
            record,
            titles: &page.titles,
            shape: &shape,
        };
        serde_json::to_writer(&mut out, &shown)
            .map_err(|error| Error::failed("a record cannot be written as JSON", error))?;
    }
    if page.next.is_none() {
        out.extend_from_slice(b"]}\n");
    }
    Ok(out)
}
