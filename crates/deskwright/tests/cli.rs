//! The program as one starts it: its commands, its configuration, and how it ends.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where what it needs is missing"
)]

#[path = "cli/search.rs"]
mod search;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn every_key_is_printed_and_what_is_printed_can_be_read() {
    let place = Place::new();
    let printed = place.run(&["config"]);
    assert!(printed.status.success());
    for key in [
        "data",
        "database",
        "listen",
        "public_url",
        "log_format",
        "session_idle",
        "jobs",
    ] {
        assert!(
            text(&printed.stdout).contains(&format!("\n# {key} = ")),
            "{key} is not printed"
        );
    }
    std::fs::write(
        place.folder.join("deskwright.toml"),
        text(&printed.stdout).replace("# log = ", "log = "),
    )
    .unwrap();
    let in_force = place.run(&["config", "--in-force", "--listen", "127.0.0.1:9"]);
    let said = text(&in_force.stdout);
    assert!(
        said.contains("listen = \"127.0.0.1:9\"  # command line"),
        "{said}"
    );
    assert!(said.contains("log = \"info\"  # deskwright.toml"), "{said}");
    assert!(
        said.contains("data = ") && said.contains("# DESKWRIGHT_DATA"),
        "{said}"
    );
}

#[test]
fn unknown_keys_are_refused_with_what_was_meant() {
    let place = Place::new();
    let refused = place.run(&["verify", "--set", "databse=x"]);
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("did you mean \"database\""),
        "{}",
        text(&refused.stderr)
    );
    let refused = place
        .command(&["verify"])
        .env("DESKWRIGHT_LISTN", "x")
        .output()
        .unwrap();
    assert!(
        text(&refused.stderr).contains("did you mean \"listen\""),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn a_mistyped_folder_makes_no_empty_house() {
    let place = Place::new();
    for arguments in [
        &["export", "incident"][..],
        &["verify"],
        &["search", "vpn"],
        &["reindex"],
        &["user", "list"],
    ] {
        let refused = place.run(arguments);
        assert!(!refused.status.success(), "{arguments:?}");
        let said = text(&refused.stderr);
        assert!(said.contains("There is no Deskwright in "), "{said}");
        assert_eq!(text(&refused.stdout), "", "{arguments:?}");
        assert!(!place.folder.join("data").exists(), "{arguments:?}");
    }
    let add = ["user", "add", "lena@example.org", "--name", "Lena"];
    assert!(place.run(&add).status.success());
    let typed = text(&place.run(&["export", "incidant"]).stderr);
    assert!(typed.contains("Did you mean incident?"), "{typed}");
}

#[test]
fn a_person_without_a_login_is_let_in() {
    let place = Place::new();
    let add = |login: &str, more: &[&str]| {
        let all = [&["user", "add", login, "--name", "Other"], more].concat();
        place.run(&all)
    };
    assert!(
        place
            .run(&["user", "add", "lena@example.org", "--name", "Lena"])
            .status
            .success()
    );
    let rows = "name,email\nGus Gone,gus@example.org\n";
    std::fs::write(place.folder.join("people.csv"), rows).unwrap();
    let mapping = "source = \"hr\"\nrecord_type = \"person\"\nkey = \"email\"\n\
        [[field]]\nfield = \"title\"\ncolumn = \"name\"\n[[field]]\nfield = \"email\"\ncolumn = \"email\"\n";
    std::fs::write(place.folder.join("people.toml"), mapping).unwrap();
    let taken = place.run(&["import", "people.csv", "--mapping", "people.toml"]);
    assert!(
        taken.status.success(),
        "{}{}",
        text(&taken.stdout),
        text(&taken.stderr)
    );
    let let_in = add("gus", &["--email", "GUS@example.org", "--role", "agent"]);
    let said = text(&let_in.stdout);
    assert!(let_in.status.success(), "{}", text(&let_in.stderr));
    assert!(
        said.contains("Gus Gone was here already, without a login")
            && said.contains("gus can sign in."),
        "{said}"
    );
    let again = add("gus2", &["--email", "gus@example.org"]);
    assert!(!again.status.success());
    assert!(
        text(&again.stderr).contains("This person signs in as gus already."),
        "{}",
        text(&again.stderr)
    );
    let nonsense = add("olga", &["--email", "nonsense"]);
    assert!(
        text(&nonsense.stderr).contains("email: Enter an e-mail address"),
        "{}",
        text(&nonsense.stderr)
    );
    assert_eq!(
        text(&place.run(&["export", "person"]).stdout)
            .matches("example.org")
            .count(),
        2
    );
}

#[test]
fn what_is_stored_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let add = ["user", "add", "lena@example.org", "--name", "Lena"];
    let made = place.run(&add);
    assert!(!text(&made.stderr).contains("chmod"));
    let data = place.folder.join("data");
    let mode = |path: &std::path::Path| {
        let found = std::fs::metadata(path).unwrap();
        found.permissions().mode() & 0o777
    };
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("deskwright.sqlite3")), 0o600);
    let other = Place::new();
    assert!(other.run(&["demo", "--fill-only"]).status.success());
    assert_eq!(mode(&other.folder.join("data")), 0o700);
    for file in std::fs::read_dir(other.folder.join("data")).unwrap() {
        let file = file.unwrap().path();
        if file.is_file() {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
    std::fs::set_permissions(
        other.folder.join("data/deskwright.sqlite3"),
        std::fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let led = other.run(&[
        "export",
        "incident",
        "--filter",
        "not requester.manager:empty",
    ]);
    let rows = text(&led.stdout).lines().count();
    assert!(rows > 300, "people of the demo have managers: {rows}");
    assert_eq!(mode(&other.folder.join("data/deskwright.sqlite3")), 0o600);
    let out = other.folder.join("people.csv");
    let out = out.to_str().unwrap();
    assert!(
        other
            .run(&["export", "person", "--out", out])
            .status
            .success()
    );
    assert_eq!(mode(std::path::Path::new(out)), 0o600);
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let told = text(&place.run(&["user", "list"]).stderr);
    assert!(
        told.contains("mode 755") && told.contains("chmod 700"),
        "{told}"
    );
}

#[test]
fn people_are_added_listed_closed_and_get_other_passwords() {
    let place = Place::new();
    let added = place.run(&[
        "user",
        "add",
        "lena@example.org",
        "--name",
        "Lena",
        "--role",
        "agent",
    ]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    assert!(text(&added.stdout).contains("The password is "));
    let again = place.run(&[
        "user",
        "add",
        "LENA@example.org",
        "--name",
        "Lena",
        "--role",
        "agent",
    ]);
    assert!(!again.status.success(), "a login is given once");
    let unknown = place.run(&["user", "add", "x", "--name", "X", "--role", "wizard"]);
    assert!(
        text(&unknown.stderr).contains("There is no role wizard"),
        "{}",
        text(&unknown.stderr)
    );
    let listed = text(&place.run(&["user", "list"]).stdout);
    assert!(
        listed.contains("open    ") && listed.contains("lena@example.org"),
        "{listed}"
    );
    assert!(
        place
            .run(&["user", "disable", "lena@example.org"])
            .status
            .success()
    );
    assert!(text(&place.run(&["user", "list"]).stdout).starts_with("closed"));
    assert!(
        place
            .run(&["user", "enable", "lena@example.org"])
            .status
            .success()
    );
    let short = place.with_input(
        &["user", "password", "lena@example.org", "--password-stdin"],
        "short\n",
    );
    assert!(
        text(&short.stderr).contains("at least 10 characters"),
        "{}",
        text(&short.stderr)
    );
    let set = place.with_input(
        &["user", "password", "lena@example.org", "--password-stdin"],
        "long enough now\n",
    );
    assert!(set.status.success() && !text(&set.stdout).contains("long enough now"));
    assert!(!place.run(&["user", "disable", "nobody"]).status.success());
    let verified = place.run(&["verify"]);
    assert!(verified.status.success(), "{}", text(&verified.stdout));
    assert!(text(&verified.stdout).contains("The history is whole."));
    let kept = format!("1:{}", "00".repeat(32));
    let forged = place.run(&["verify", "--seal", &kept]);
    let said = text(&forged.stdout);
    assert!(
        !forged.status.success() && said.contains("of height 1 is no part"),
        "{said}"
    );
}

#[test]
fn everything_is_taken_out_and_brought_into_another_house() {
    let (from, to) = (Place::new(), Place::new());
    for (login, role) in [
        ("syd@example.org", "agent"),
        ("rita@example.org", "requester"),
    ] {
        let added = from.run(&["user", "add", login, "--name", login, "--role", role]);
        assert!(added.status.success(), "{}", text(&added.stderr));
    }
    let piped = from.run(&["export", "--all"]);
    let written = from.run(&["export", "--all", "--out", "all.jsonl"]);
    assert!(written.status.success(), "{}", text(&written.stderr));
    let file = from.folder.join("all.jsonl");
    assert_eq!(
        text(&piped.stdout),
        std::fs::read_to_string(&file).unwrap(),
        "the same, wherever it goes"
    );
    let file = file.to_str().unwrap();
    let made = to.run(&["import", file, "--export-of-all"]);
    let said = text(&made.stdout);
    assert!(made.status.success(), "{said}{}", text(&made.stderr));
    let count = text(&piped.stdout).lines().count();
    assert!(said.contains(&format!("{count} records made")), "{said}");
    let again = text(&to.run(&["import", file, "--export-of-all"]).stdout);
    assert!(
        again.contains(&format!(
            "0 records made, 0 rows changed one, {count} changed nothing"
        )),
        "{again}"
    );
    // Standard input comes only once, and says by its first byte what it is.
    let third = to.with_input(&["import", "-", "--export-of-all"], &text(&piped.stdout));
    assert!(
        text(&third.stdout).contains("0 records made"),
        "{}",
        text(&third.stdout)
    );
    assert!(to.run(&["verify"]).status.success());
}

#[test]
fn own_types_and_fields_go_along_into_an_empty_house() {
    let [first, from, to] = [Place::new(), Place::new(), Place::new()];
    let path = first.folder.join("own.jsonl");
    let own = "{\"@defines\":\"type\",\"@definition\":{\"name\":\"asset\",\"label\":{\"en\":\"Asset\"},\"plural\":{\"en\":\"Assets\"}}}\n\
        {\"@defines\":\"field\",\"@of\":\"asset\",\"@definition\":{\"name\":\"serial\",\"label\":{\"en\":\"Serial\"},\"kind\":\"text\"}}\n\
        {\"@type\":\"asset\",\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"updated_at\":\"2026-01-05T10:00:00Z\",\"title\":\"Laptop\",\"serial\":\"S-7\"}\n";
    std::fs::write(&path, own).unwrap();
    let file = path.to_str().unwrap();
    let tried = from.run(&["import", file, "--export-of-all", "--dry-run"]);
    assert!(
        text(&tried.stderr).contains("asset would be added."),
        "{}",
        text(&tried.stderr)
    );
    assert!(
        text(&tried.stdout).contains("1 further rows are of types that are not here yet"),
        "{}",
        text(&tried.stdout)
    );
    let made = from.run(&["import", file, "--export-of", "asset"]);
    assert!(
        made.status.success(),
        "{}{}",
        text(&made.stdout),
        text(&made.stderr)
    );
    assert!(text(&made.stdout).contains("1 records made"));
    let written = from.run(&["export", "--all"]);
    assert!(
        text(&written.stderr).contains("Before them stand 2 definitions"),
        "{}",
        text(&written.stderr)
    );
    // Standard input comes only once: what is read of it for the definitions is not lost for the records.
    let taken = to.with_input(&["import", "-", "--export-of-all"], &text(&written.stdout));
    assert!(
        taken.status.success(),
        "{}{}",
        text(&taken.stdout),
        text(&taken.stderr)
    );
    let again = to.run(&["export", "asset", "--format", "jsonl"]);
    let lines = text(&again.stdout);
    assert!(
        lines.starts_with("{\"@defines\":\"type\"") && lines.contains("\"serial\":\"S-7\""),
        "{lines}"
    );
    std::fs::write(
        &path,
        own.replace("\"kind\":\"text\"", "\"kind\":\"runes\""),
    )
    .unwrap();
    let misfit = first.run(&["import", file, "--export-of-all"]);
    let said = text(&misfit.stderr);
    assert!(
        !misfit.status.success()
            && said.contains("The definition in line 2")
            && said.contains("runes"),
        "{said}"
    );
    assert!(
        !text(&misfit.stdout).contains("records made"),
        "no record without its type whole"
    );
}

#[test]
fn files_go_along_and_lost_content_is_told() {
    const WORDS: &str = "dba36bffa5cab0f922d087a3aeb179f9d4e745df40b323e1b1471402848c8a3e";
    let (from, to) = (Place::new(), Place::new());
    from.run(&["user", "add", "rita@example.org", "--name", "Rita"]);
    let people = text(&from.run(&["export", "person", "--format", "jsonl"]).stdout);
    let mut rita: serde_json::Value = serde_json::from_str(people.lines().next().unwrap()).unwrap();
    rita["@attachments"] = serde_json::json!([{
        "id": "0197e7a0-0000-7000-8000-000000000001", "name": "a.txt", "media_type": "text/plain", "bytes": 5,
        "sha256": WORDS, "visibility": "public", "at": "2026-01-05T09:00:00Z", "by": null,
    }]);
    let file = from.folder.join("rita.jsonl");
    std::fs::write(&file, rita.to_string()).unwrap();
    let given = from.folder.join("given");
    std::fs::create_dir(&given).unwrap();
    std::fs::write(given.join(WORDS), "wards").unwrap();
    let import = ["import", file.to_str().unwrap(), "--export-of", "person"];
    let bare = text(&from.run(&import).stdout);
    assert!(bare.contains("1 files were left out"), "{bare}");
    let files = [&import[..], &["--files", given.to_str().unwrap()]].concat();
    let forged = from.run(&files);
    let said = text(&forged.stderr);
    assert!(
        !forged.status.success() && said.contains("is not what its name says"),
        "{said}"
    );
    std::fs::write(given.join(WORDS), "words").unwrap();
    let done = text(&from.run(&files).stdout);
    assert!(done.contains("and 1 files were added"), "{done}");
    let whole = [
        "export",
        "person",
        "--format",
        "jsonl",
        "--out",
        "all.jsonl",
        "--files",
        "out",
    ];
    let out = from.run(&whole);
    assert!(
        text(&out.stderr).contains("1 files."),
        "{}",
        text(&out.stderr)
    );
    assert_eq!(
        std::fs::read_to_string(from.folder.join("out").join(WORDS)).unwrap(),
        "words"
    );
    let brought = to.run(&[
        "import",
        from.folder.join("all.jsonl").to_str().unwrap(),
        "--export-of",
        "person",
        "--files",
        from.folder.join("out").to_str().unwrap(),
    ]);
    assert!(
        text(&brought.stdout).contains("and 1 files were added"),
        "{}",
        text(&brought.stdout)
    );
    let verified = to.run(&["verify"]);
    assert!(verified.status.success() && text(&verified.stdout).contains("1 files were read."));
    let tenant = std::fs::read_dir(to.folder.join("data/blobs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::remove_file(tenant.path().join(WORDS)).unwrap();
    let verified = to.run(&["verify"]);
    let said = text(&verified.stdout);
    assert!(
        !verified.status.success() && said.contains("file a.txt: its content is missing"),
        "{said}"
    );
}

#[test]
fn one_takes_out_what_one_may_export() {
    let place = Place::new();
    for (login, role) in [
        ("ada@example.org", "agent"),
        ("rita@example.org", "requester"),
    ] {
        place.run(&["user", "add", login, "--name", login, "--role", role]);
    }
    let refused = place.run(&["export", "incident", "--as", "rita@example.org"]);
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("You may not do this (export)"),
        "{}",
        text(&refused.stderr)
    );
    let refused = place.run(&["export", "--all", "--as", "rita@example.org"]);
    assert!(!refused.status.success() && refused.stdout.is_empty());
    let done = place.run(&["export", "incident", "--as", "ada@example.org"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    // An agent reads people, and takes none of them out.
    let done = place.run(&["export", "--all", "--as", "ada@example.org"]);
    assert!(done.status.success() && done.stdout.is_empty());
    assert!(
        text(&done.stderr).contains("Left out, since they may not export them:"),
        "{}",
        text(&done.stderr)
    );
    let unknown = place.run(&["export", "incident", "--as", "nobody"]);
    assert!(text(&unknown.stderr).contains("Nobody can sign in as nobody"));
    place.run(&["user", "disable", "ada@example.org"]);
    let closed = place.run(&["export", "incident", "--as", "ada@example.org"]);
    assert!(!closed.status.success() && closed.stdout.is_empty());
}

#[test]
fn the_server_says_where_it_is_answers_and_ends_in_order() {
    let place = Place::new();
    let mut server = place.serve();
    let address = server
        .line()
        .trim_start_matches("Deskwright is at http://")
        .to_owned();
    assert!(
        server
            .line()
            .contains("This link creates the first administrator")
    );
    let link = server.line();
    assert!(
        link.starts_with(&format!("http://{address}/first-administrator?token=")),
        "{link}"
    );
    assert!(get(&address, "/readyz").contains("200 OK"));
    assert!(get(&address, "/metrics").contains("deskwright_jobs_waiting"));
    assert_eq!(server.end(), Some(0));
    assert!(TcpStream::connect(&address).is_err());
    // Somebody who can sign in needs no link.
    place.run(&[
        "user",
        "add",
        "lena@example.org",
        "--name",
        "Lena",
        "--role",
        "system_administrator",
    ]);
    let mut again = place.serve();
    let address = again
        .line()
        .trim_start_matches("Deskwright is at http://")
        .to_owned();
    assert!(get(&address, "/healthz").contains("200 OK"));
    assert_eq!(again.end(), Some(0));
    assert_eq!(again.rest(), "");
}

/// A folder of its own for each test.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "deskwright-cli-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskwright"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("DESKWRIGHT_DATA", self.folder.join("data"));
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    fn serve(&self) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--log", "warn"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Server { child, lines }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// A server in a process of its own.
struct Server {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        rest
    }

    /// Asks it to end as service managers do, and waits.
    fn end(&mut self) -> Option<i32> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed must not leave a server behind; one that ended needs no killing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
