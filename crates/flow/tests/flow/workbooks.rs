//! Workbooks as sources: the same mapping as for CSV, rows as the sheet numbers them, cells as what they hold.

use std::io::{Cursor, Read, Write};

use base::{Error, Refused};
use engine::Surface;
use flow::import::prepare;
use flow::source::Source;
use flow::{Importer, Mapping, Options, Report};
use jiff::civil::{date, datetime};
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use test_kit::{Desk, both_databases};

use super::importing::{rejected, rows_of_history};

const STAFF: &str = r#"
source = "staff"
record_type = "person"
key = "id"

[file]
sheet = "Staff"

[[field]]
field = "title"
column = "name"

[[field]]
field = "email"
column = "mail"

[[field]]
field = "employed_from"
column = "since"

[[field]]
field = "vip"
column = "vip"
"#;

const FAULTS: &str = r#"
source = "faults"
record_type = "incident"
key = "no"
zone = "Europe/Berlin"

[replay]
at = "at"

[[field]]
field = "title"
column = "what"

[[field]]
field = "opened_at"
column = "at"
"#;

fn import(desk: &Desk, mapping: &str, name: &str, book: &[u8]) -> base::Result<Report> {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let options = Options {
        writers: 1,
        ..Options::default()
    };
    let plan = prepare(&desk.engine, &ctx, &Mapping::parse(mapping)?, false)?.plan;
    let importer = Importer::new(&desk.engine, &ctx, plan, options);
    importer.run(Source::of_bytes(name, book.to_vec()), &mut |_| {})
}

fn book(sheets: Vec<Worksheet>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer().unwrap()
}

fn sheet(name: &str, header: (u32, &[&str])) -> Worksheet {
    let mut sheet = Worksheet::new();
    sheet.set_name(name).unwrap();
    sheet
        .write_row(header.0, 0, header.1.iter().copied())
        .unwrap();
    sheet
}

/// What programs write that fill formulas in and compute none: the formula without a value.
fn without_value(book: &[u8], text: &str) -> Vec<u8> {
    rewritten(book, |xml| {
        let xml = xml.replace(&format!("<v>{text}</v>"), "<v></v>");
        xml.replace(" t=\"str\"", "")
    })
}

/// The same workbook with other sheets.
fn rewritten(book: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name.starts_with("xl/worksheets/") {
            content = change(std::str::from_utf8(&content).unwrap()).into_bytes();
        }
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(name, options).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A header in the third line; below it numbers, days, truth, formulas, gaps and something to the right.
fn staff() -> Worksheet {
    let mut sheet = sheet(
        "Staff",
        (2, &["id", "name", "mail", "since", "vip", "note"]),
    );
    let day = Format::new().set_num_format("dd.mm.yy");
    sheet.write(3, 0, 7).unwrap();
    sheet.write(3, 1, "Ann Aalto").unwrap();
    sheet.write(3, 2, "ann@acme.example").unwrap();
    sheet
        .write_with_format(3, 3, &date(2024, 3, 1), &day)
        .unwrap();
    sheet.write(3, 4, true).unwrap();
    // The fifth line is empty, the sixth has a key that is written as text.
    sheet.write(5, 0, "8").unwrap();
    sheet.write(5, 1, "Bo Berg").unwrap();
    sheet.write(5, 7, "beside the table").unwrap();
    let failed = Formula::new("=1/0").set_result("#DIV/0!");
    for (row, name) in [(6, failed), (7, Formula::new("=A1").set_result("NEVER"))] {
        sheet.write(row, 0, row + 3).unwrap();
        sheet.write(row, 1, name).unwrap();
    }
    sheet
        .write(8, 0, Formula::new("=5+6").set_result("11"))
        .unwrap();
    sheet.write(8, 1, "Di Dahl").unwrap();
    sheet.write(9, 0, 7).unwrap();
    sheet.write(9, 1, "Ann once more").unwrap();
    sheet.write(10, 1, "Without key").unwrap();
    sheet
}

both_databases! {
    fn a_sheet_is_rows_like_any_other(database) {
        let desk = Desk::on(database);
        let notes = sheet("Notes", (0, &["To whom it may concern"]));
        let book = without_value(&book(vec![notes, staff()]), "NEVER");
        let report = import(&desk, STAFF, "staff.xlsx", &book).unwrap();
        assert_eq!(rejected(&report), [
            "7: - row-formula-failed",
            "8: - row-formula-without-value",
            "10: - row-key-twice",
            "11: - row-without-key",
        ]);
        assert_eq!((report.rows, report.counts.created), (7, 3));
        assert_eq!(report.unused_columns, ["note", "H"]);
        let found = |title: &str| desk.as_system().list("person", &format!("title = \"{title}\""))[0].id();
        desk.expect(found("Ann Aalto"), &[("email", "ann@acme.example"), ("employed_from", "2024-03-01"), ("vip", "true")]);
        desk.expect(found("Bo Berg"), &[("email", ""), ("employed_from", "")]);
        found("Di Dahl");
        // The same file again changes nothing, also under a name that tells nothing, and packed.
        let before = rows_of_history(&desk);
        let again = import(&desk, STAFF, "export.dat", &book).unwrap();
        assert_eq!((again.counts.created, again.counts.updated, again.counts.unchanged), (0, 0, 3));
        assert_eq!(rows_of_history(&desk), before);
        // A CSV file of the same keys meets the same records.
        let csv = "id,name,mail,since,vip\n7,Ann Aalto,ann@acme.example,2024-03-01,true\n11,Di Dahl,,,\n";
        let csv = import(&desk, STAFF, "staff.csv", csv.as_bytes()).unwrap();
        assert_eq!((csv.counts.unchanged, rejected(&csv)), (2, vec![]));
    }

    fn moments_are_those_of_the_mappings_zone(database) {
        let desk = Desk::on(database);
        let mut sheet = sheet("Any", (0, &["no", "at", "what"]));
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        sheet.write(1, 0, "F1").unwrap();
        sheet.write_with_format(1, 1, &datetime(2025, 7, 1, 10, 30, 0, 0), &moment).unwrap();
        sheet.write(1, 2, "No sound").unwrap();
        sheet.write(2, 0, "F2").unwrap();
        sheet.write(2, 1, "2025-12-01T10:30:00").unwrap();
        sheet.write(2, 2, "No picture").unwrap();
        let report = import(&desk, FAULTS, "faults.xlsx", &book(vec![sheet])).unwrap();
        assert_eq!((report.counts.created, rejected(&report)), (2, vec![]));
        for (title, at) in [("No sound", "2025-07-01T08:30:00Z"), ("No picture", "2025-12-01T09:30:00Z")] {
            let found = desk.as_system().list("incident", &format!("title = \"{title}\""));
            desk.expect(found[0].id(), &[("opened_at", at)]);
        }
    }

    fn which_sheet_must_be_clear(database) {
        let desk = Desk::on(database);
        let two = book(vec![sheet("Notes", (0, &["id"])), sheet("Staff", (0, &["id", "name"]))]);
        let mut hidden = sheet("Lists", (0, &["id"]));
        hidden.set_hidden(true);
        let one = book(vec![staff(), hidden]);
        let unnamed = STAFF.replace("sheet = \"Staff\"", "");
        let told = |mapping: &str, book: &[u8]| match import(&desk, mapping, "x.xlsx", book) {
            Err(Error::Refused(Refused::BadRequest(message))) => message.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(told(&unnamed, &two), "import-sheet-unclear(sheets: Notes, Staff)");
        let other = STAFF.replace("\"Staff\"", "\"Stuff\"");
        assert_eq!(told(&other, &two), "import-sheet-unknown(sheet: Stuff, sheets: Notes, Staff)");
        assert_eq!(told(STAFF, &two), "import-columns-absent(columns: mail, since, vip, header: id, name)");
        assert!(told(STAFF, b"PK\x03\x04 nonsense").starts_with("import-file-unreadable"));
        let cut = &one[..one.len() / 2];
        assert!(told(STAFF, cut).starts_with("import-file-unreadable"));
        let unclear = import(&desk, &unnamed, "x.xlsx", &one).unwrap();
        assert_eq!(unclear.rows, 7, "what people do not see is no choice");
    }

    fn a_sheet_that_cannot_be_is_refused_and_says_why(database) {
        let desk = Desk::on(database);
        let whole = book(vec![staff()]);
        let told = |change: &dyn Fn(&str) -> String| match import(&desk, STAFF, "x.xlsx", &rewritten(&whole, change)) {
            Err(Error::Refused(Refused::BadRequest(message))) => message.to_string(),
            other => panic!("{other:?}"),
        };
        // Room would be made for all names before it.
        let wide = told(&|xml| xml.replacen("r=\"F3\"", "r=\"ZZZZ3\"", 1));
        assert!(wide.starts_with("import-file-unreadable") && wide.contains("column 475254"), "{wide}");
        let broken = told(&|xml| xml[..xml.len() / 2].to_owned());
        assert!(broken.starts_with("import-file-unreadable"), "{broken}");
        let long = "x".repeat(5 * 1024 * 1024);
        let much = told(&|xml| xml.replacen("<c r=\"H6\"", &format!("<c r=\"G6\" t=\"str\"><v>{long}</v></c><c r=\"H6\""), 1));
        assert!(much.contains("row 6 has more than"), "{}", &much[..200.min(much.len())]);
        assert_eq!(desk.as_system().list("person", "title = \"Ann Aalto\"").len(), 0, "nothing is taken from what cannot be read whole");
    }

    fn text_in_other_encodings_is_read_as_the_mapping_says(database) {
        let desk = Desk::on(database);
        let rows = b"id,name,mail,since,vip\n1,H\xe5kan,,,\n";
        let as_utf8 = import(&desk, STAFF, "x.csv", rows).unwrap();
        assert_eq!(rejected(&as_utf8), ["2: - row-not-utf8"]);
        let named = STAFF.replace("sheet = \"Staff\"", "encoding = \"windows-1252\"");
        assert_eq!(import(&desk, &named, "x.csv", rows).unwrap().counts.created, 1);
        assert_eq!(desk.as_system().list("person", "title = Håkan").len(), 1);
        // What spreadsheets call Unicode text says itself what it is.
        let text = "\u{feff}id\tname\tmail\tsince\tvip\r\n2\tBörje\t\t\t\r\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let tabs = STAFF.replace("sheet = \"Staff\"", "delimiter = \"\\t\"");
        assert_eq!(import(&desk, &tabs, "x.txt", &wide).unwrap().counts.created, 1);
        assert_eq!(desk.as_system().list("person", "title = Börje").len(), 1);
        let odd = STAFF.replace("sheet = \"Staff\"", "encoding = \"klingon\"");
        let refused = import(&desk, &odd, "x.csv", rows).unwrap_err();
        assert!(test_kit::problems(&refused).contains("import-encoding-unknown"), "{refused:?}");
    }
}
