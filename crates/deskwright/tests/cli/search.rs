//! `deskwright search` and `deskwright reindex`, on both databases.

use std::process::Output;

use store::{Sql, Store};
use test_kit::{Fresh, both_databases};

use crate::{Place, text};

/// Two incidents as an export writes them: one in which the word is a title, one where it only comes up.
const INCIDENTS: &str = r#"
{"id":"01900000-0000-7000-8000-0000000000a1","number":"INC0000041","title":"Printer in the hall jams","description":"Paper gets stuck","state":"new","created_at":"2026-01-05T09:00:00Z","updated_at":"2026-01-05T09:00:00Z"}
{"id":"01900000-0000-7000-8000-0000000000a2","number":"INC0000042","title":"Mail is slow","description":"The printer is fine","state":"resolved","created_at":"2026-01-05T09:00:00Z","updated_at":"2026-01-05T09:00:00Z"}
"#;

/// A house with two incidents, and people who may read all of them or none.
struct Filled {
    place: Place,
    database: Fresh,
}

impl Filled {
    fn on(database: test_kit::Database) -> Self {
        let this = Self {
            place: Place::new(),
            database: Fresh::empty(database),
        };
        for (login, role) in [
            ("ada@example.org", "agent"),
            ("rita@example.org", "requester"),
        ] {
            let added = this.run(&["user", "add", login, "--name", login, "--role", role]);
            assert!(added.status.success(), "{}", text(&added.stderr));
        }
        let file = this.place.folder.join("incidents.jsonl");
        std::fs::write(&file, INCIDENTS.trim_start()).unwrap();
        let file = file.to_str().unwrap();
        let made = this.run(&["import", file, "--export-of", "incident"]);
        let said = text(&made.stdout);
        assert!(
            said.contains("2 records made"),
            "{said}{}",
            text(&made.stderr)
        );
        this
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.place.command(arguments);
        let command = command.env("DESKWRIGHT_DATABASE", self.database.config().url);
        command.output().unwrap()
    }

    /// The numbers that a search finds, in no order.
    #[track_caller]
    fn found(&self, words: &[&str]) -> Vec<String> {
        let answer = self.run(&[&["search"], words].concat());
        assert!(answer.status.success(), "{}", text(&answer.stderr));
        let lines = text(&answer.stdout);
        let number = |it: &str| it.split('\t').next().unwrap_or_default().to_owned();
        let mut numbers: Vec<String> = lines.lines().map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// What a search that is refused says.
    #[track_caller]
    fn refused(&self, words: &[&str]) -> String {
        let answer = self.run(&[&["search"], words].concat());
        assert!(!answer.status.success(), "{}", text(&answer.stdout));
        assert_eq!(text(&answer.stdout), "");
        text(&answer.stderr)
    }
}

both_databases! {
    fn records_are_found_by_their_words(database) {
        let house = Filled::on(database);
        let hit = house.run(&["search", "jams"]);
        assert_eq!(text(&hit.stdout), "INC0000041\tPrinter in the hall jams\n");
        assert_eq!(house.found(&["printer"]), ["INC0000041", "INC0000042"]);
        assert_eq!(house.found(&["--", "printer", "-mail"]), ["INC0000041"]);
        assert_eq!(house.found(&["\"paper gets\""]), ["INC0000041"]);
        assert_eq!(house.found(&["inc-42"]), ["INC0000042"]);
        assert_eq!(house.found(&["--type", "incident", "printer", "state:resolved"]), ["INC0000042"]);
        assert_eq!(house.found(&["zebra"]), Vec::<String>::new());
        let first = house.run(&["search", "--limit", "1", "printer"]);
        assert_eq!(text(&first.stdout).lines().count(), 1);
        let said = text(&first.stderr);
        assert!(said.ends_with("1 of 2 records.\n"), "{said}");
    }

    fn whoever_asks_finds_what_they_may_read(database) {
        let house = Filled::on(database);
        assert_eq!(house.found(&["--as", "ada@example.org", "printer"]), ["INC0000041", "INC0000042"]);
        assert_eq!(house.found(&["--as", "rita@example.org", "printer"]), Vec::<String>::new());
        let nobody = house.refused(&["--as", "nobody@example.org", "printer"]);
        assert!(nobody.contains("Nobody can sign in as nobody@example.org"), "{nobody}");
    }

    fn what_cannot_be_asked_is_said(database) {
        let house = Filled::on(database);
        let unknown = house.refused(&["--type", "nothing", "printer"]);
        assert!(unknown.contains("There is no record type nothing"), "{unknown}");
        let broken = house.refused(&["--type", "incident", "state:("]);
        assert!(broken.contains("A value is missing"), "{broken}");
        let silent = house.refused(&[]);
        assert!(silent.contains("<WORDS>"), "{silent}");
    }

    fn an_index_that_was_lost_is_built_anew(database) {
        let house = Filled::on(database);
        let store = Store::open(&house.database.config()).unwrap();
        let emptied = store.write_blocking(|tx| Ok::<_, base::Error>(tx.execute(&Sql::new("DELETE FROM search_entry"))?));
        assert!(emptied.unwrap() > 0, "there was one");
        store.shutdown();
        assert_eq!(house.found(&["printer"]), Vec::<String>::new());
        let built = house.run(&["reindex"]);
        let said = text(&built.stdout);
        assert!(built.status.success() && said.ends_with(" records can be found again.\n"), "{said}{}", text(&built.stderr));
        assert_eq!(house.found(&["printer"]), ["INC0000041", "INC0000042"]);
        // Again it is the same, and counts the same.
        assert_eq!(text(&house.run(&["reindex"]).stdout), said);
        assert_eq!(house.found(&["jams"]), ["INC0000041"]);
        assert!(house.run(&["verify"]).status.success());
    }
}
