//! Lists as files: what is in them, in which order, and who gets them.

use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use test_kit::{House, both_databases};

use crate::office::{Answer, Client, Office};

/// More than are read at once.
const MANY: usize = 207;

fn with_incidents(office: &Office, count: usize) {
    for number in 0..count {
        let title = format!("Fault {number:03}");
        let urgency = if number % 2 == 0 { "1" } else { "3" };
        let all = [
            ("title", title.as_str()),
            ("requester", "Rita"),
            ("urgency", urgency),
        ];
        office.desk.create("incident", &all);
    }
}

fn lines(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv)
        .unwrap()
        .strip_prefix('\u{feff}')
        .unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|it| it.iter().map(str::to_owned).collect())
        .collect()
}

fn page(client: &Client<'_>, path: &str) -> Answer {
    client.raw("GET", path, None, Vec::new(), &[])
}

both_databases! {
    fn a_file_has_all_rows_of_the_view_in_its_order(database) {
        let office = Office::on(database);
        with_incidents(&office, MANY);
        let ada = office.bearer(House::ADA);
        let asked = "/incident/export?sort=-title&fields=number,title,requester,created_at,priority";
        let csv = ada.get(&format!("{asked}&format=csv")).expect(200);
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"incident-2026-01-05.csv\"");
        let rows = lines(&csv.bytes);
        assert_eq!(rows[0], ["Number", "Title", "Caller", "Created", "Priority"]);
        let titles: Vec<&str> = rows[1..].iter().map(|it| it[1].as_str()).collect();
        let expected: Vec<String> = (0..MANY).rev().map(|it| format!("Fault {it:03}")).collect();
        assert_eq!(titles, expected);
        assert_eq!(rows[1][2], "Rita Requester");

        let json = ada.get(&format!("{asked}&format=json")).expect(200);
        let records = json.json["records"].as_array().unwrap();
        let titles: Vec<&str> = records.iter().map(|it| it["title"].as_str().unwrap()).collect();
        assert_eq!(titles, expected);
        assert!(records[0].get("state").is_none(), "{}", records[0]);

        let workbook = ada.get(&format!("{asked}&format=xlsx")).expect(200);
        let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook.bytes)).unwrap();
        let sheet = workbook.worksheet_range("Incidents").unwrap();
        assert_eq!(sheet.height(), MANY + 1);
        assert_eq!(sheet.get((1, 1)), Some(&Data::String(expected[0].clone())));
        assert!(sheet.get((1, 3)).is_some_and(Data::is_datetime), "{:?}", sheet.get((1, 3)));
    }

    fn a_page_offers_the_file_with_the_columns_that_it_shows(database) {
        let office = Office::on(database);
        with_incidents(&office, 3);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let path = "/incident?q=Fault&sort=title&column=title&column=state";
        let page = page(&ada, path).expect(200);
        let page = String::from_utf8(page.bytes).unwrap();
        assert!(page.contains(r#"action="/incident/export""#), "{page}");
        let file = self::page(&ada, &path.replace("/incident?", "/incident/export?format=csv&")).expect(200);
        let rows = lines(&file.bytes);
        assert_eq!(rows[0], ["Title", "State"]);
        assert_eq!(rows[3], ["Fault 002", "New"]);
        let all = self::page(&ada, "/incident/export?fields=all&q=").expect(200);
        assert!(lines(&all.bytes)[0].len() > 20);
        let wrong = self::page(&ada, "/incident/export?q=statte:new").expect(400);
        assert!(String::from_utf8_lossy(&wrong.bytes).contains("statte"));
    }

    fn a_cell_of_a_workbook_takes_as_much_as_its_programs_count(database) {
        let office = Office::on(database);
        let words = "😀".repeat(20_000);
        office.desk.create("incident", &[("title", "Much"), ("description", &words), ("requester", "Rita")]);
        let workbook = office.bearer(House::ADA).get("/incident/export?fields=title,description&format=xlsx").expect(200);
        let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook.bytes)).unwrap();
        let sheet = workbook.worksheet_range("Incidents").unwrap();
        let Some(Data::String(cell)) = sheet.get((1, 1)) else { panic!("{:?}", sheet.get((1, 1))) };
        assert_eq!(cell.encode_utf16().count(), 32_766, "an emoji counts twice and is not cut in two");
    }

    fn words_that_look_like_formulas_are_not_computed(database) {
        let office = Office::on(database);
        for title in ["=HYPERLINK(\"http://example.org\")", "-1+1", "@sum", "plain = text", "+49 40 1234"] {
            office.desk.create("incident", &[("title", title), ("requester", "Rita")]);
        }
        let file = office.bearer(House::ADA).get("/incident/export?sort=created_at,number&fields=title").expect(200);
        let rows: Vec<String> = lines(&file.bytes).into_iter().skip(1).flatten().collect();
        assert_eq!(rows, ["'=HYPERLINK(\"http://example.org\")", "'-1+1", "'@sum", "plain = text", "+49 40 1234"]);
    }

    fn who_may_not_take_records_out_gets_no_file(database) {
        let office = Office::on(database);
        with_incidents(&office, 1);
        office.bearer(House::RITA).get("/incident/export").refused(403, "forbidden-action");
        office.bearer(House::ADA).get("/incident/export?format=pdf").refused(400, "parameter-wrong");
        office.bearer(House::ADA).get("/incident/export?limit=3").refused(400, "parameter-unknown");
        office.give_login(House::RITA, "rita");
        let page = page(&office.browser("rita"), "/incident");
        assert!(!String::from_utf8_lossy(&page.bytes).contains("/incident/export"));
    }
}
