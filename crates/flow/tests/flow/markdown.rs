//! Folders of Markdown files become articles: heads, titles, links, and the same again without a change.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use engine::Surface;
use flow::import::prepare;
use flow::source::Source;
use flow::{Importer, Mapping, Options, Report};
use serde_json::Value as Json;
use test_kit::{Desk, both_databases, both_databases_on};

const RUNBOOKS: &str = include_str!("../../../../docs/examples/runbooks.toml");
const POSTMORTEMS: &str = include_str!("../../../../docs/examples/postmortems.toml");

/// A folder of one test, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let place = format!("{name}-{}", std::process::id());
        let this = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(place));
        for (path, text) in files {
            this.put(path, text.as_bytes());
        }
        this
    }

    fn put(&self, path: &str, content: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn import(desk: &Desk, mapping: &str, folder: &str, dry_run: bool) -> Report {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let mapping = Mapping::parse(mapping).unwrap();
    let plan = prepare(&desk.engine, &ctx, &mapping, dry_run).unwrap().plan;
    let options = Options {
        dry_run,
        ..Options::default()
    };
    let source = Source::open(folder).unwrap();
    let importer = Importer::new(&desk.engine, &ctx, plan, options);
    let report = importer.run(source, &mut |_| {}).unwrap();
    assert_eq!(report.accounted_for(), report.rows, "the report adds up");
    report
}

const FILES: [(&str, &str); 8] = [
    ("_index.md", "---\ntitle: Everything\n---\n"),
    (
        "disks/_index.md",
        "---\ntitle: \"Disks: all\"\n---\n# Unread",
    ),
    (
        "disks/Broken.md",
        "---\ntitle: A disk is broken\nweight: 20\n---\n# DiskBroken\n\nSee [full]({{< ref \"./Full.md\" >}}), [wires](../net/Wires.md#test) and [away](gone.md).\n\n```\n[full](Full.md)\n```\n",
    ),
    (
        "disks/Full.md",
        "# The disk is full\r\n\r\nDelete something.\r\n",
    ),
    (
        "net/Wires.md",
        "+++\ntitle = \"Wires\"\n+++\nBack to [broken](../disks/Broken).",
    ),
    ("net/_index.md", "+++\ntitle = \"DISKS: all\"\n+++\n"),
    ("net/bad.md", "---\ntitle: [\n---\nNever closed"),
    (".git/hidden.md", "# Hidden"),
];

both_databases! {
    fn files_become_articles_and_links_lead_to_them(database) {
        let desk = Desk::on(database);
        let folder = Folder::new(&format!("links-{database:?}"), &FILES);
        let dry = import(&desk, RUNBOOKS, folder.path(), true);
        assert_eq!((dry.rows, dry.counts.created, dry.counts.rejected.len(), dry.left_out), (4, 3, 1, 3));
        assert!(desk.as_system().list("knowledge_article", "").is_empty(), "nothing is kept");
        let report = import(&desk, RUNBOOKS, folder.path(), false);
        assert_eq!((report.rows, report.counts.created, report.left_out, report.links_open), (4, 3, 3, 0));
        let rejected = &report.counts.rejected[0];
        assert_eq!((rejected.line, rejected.problems[0].message.key), (4, "row-head-unreadable"));
        let agent = desk.as_agent();
        let found = |title: &str| {
            let all = agent.list("knowledge_article", &format!("title:\"{title}\""));
            all.into_iter().next().unwrap_or_else(|| panic!("no article {title}"))
        };
        let (broken, full, wires) = (found("A disk is broken"), found("The disk is full"), found("Wires"));
        let number = |it: &engine::read::Visible| it.number().unwrap().to_owned();
        let expected = format!(
            "See [full](/knowledge_article/{}), [wires](/knowledge_article/{}#test) and [away](gone.md).\n\n```\n[full](Full.md)\n```",
            number(&full), number(&wires),
        );
        assert_eq!(broken.value("published_body").to_text(), expected);
        assert_eq!(broken.value("body").to_text(), expected);
        assert_eq!(wires.value("published_body").to_text(), format!("Back to [broken](/knowledge_article/{}).", number(&broken)));
        assert_eq!(full.value("published_body").to_text(), "Delete something.", "the page says the title by itself");
        assert_eq!(broken.value("state").to_text(), "published");
        let categories = desk.as_system().list("category", "");
        let disks = categories.iter().filter(|it| it.title().is_some_and(|it| it.to_lowercase() == "disks: all"));
        assert_eq!(disks.count(), 1, "two spellings are one category");
        assert!(desk.as_requester().list("knowledge_article", "").is_empty(), "they are for agents");
        let versions: Vec<_> = desk.as_system().list("knowledge_article", "").iter().map(|it| it.version()).collect();
        let again = import(&desk, RUNBOOKS, folder.path(), false);
        assert_eq!((again.counts.created, again.counts.updated, again.counts.unchanged), (0, 0, 3));
        let after: Vec<_> = desk.as_system().list("knowledge_article", "").iter().map(|it| it.version()).collect();
        assert_eq!(versions, after, "the same again changes nothing");
        folder.put("disks/Full.md", b"# The disk is full\n\nDelete something large.");
        let changed = import(&desk, RUNBOOKS, folder.path(), false);
        assert_eq!((changed.counts.updated, changed.counts.unchanged), (1, 2));
        assert_eq!(found("The disk is full").value("published_body").to_text(), "Delete something large.");
    }
}

/// Writes the files of a tar archive below a folder.
fn unpack(archive: &Path, folder: &Folder) {
    let file = fs::File::open(archive).unwrap();
    let mut tar = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(file).unwrap();
    decoder.read_to_end(&mut tar).unwrap();
    let mut at = 0;
    while tar.len() >= at + 512 && tar[at] != 0 {
        let header = &tar[at..at + 512];
        let text = |from: usize, length: usize| {
            let bytes = &header[from..from + length];
            let end = bytes.iter().position(|it| *it == 0).unwrap_or(length);
            String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
        };
        let bytes = usize::from_str_radix(&text(124, 12), 8).unwrap();
        let content = &tar[at + 512..at + 512 + bytes];
        if matches!(header[156], b'0' | 0) {
            let prefix = text(345, 155);
            let name = if prefix.is_empty() {
                text(0, 100)
            } else {
                format!("{prefix}/{}", text(0, 100))
            };
            assert!(!name.contains(".."), "{name}");
            folder.put(&name, content);
        }
        at += 512 + bytes.div_ceil(512) * 512;
    }
}

both_databases_on! {
    fn a_handbook_and_an_archive(database, folder in knowledge) {
        let facts: Json = serde_json::from_str(&fs::read_to_string(folder.join("FACTS.json")).unwrap()).unwrap();
        let fact = |name: &str| facts[name].as_u64().or(facts[name][0].as_u64()).unwrap();
        let desk = Desk::on(database);
        let unpacked = Folder::new(&format!("knowledge-{database:?}"), &[]);
        for archive in ["prometheus-operator-runbooks.tar.zst", "postmortems.tar.zst"] {
            unpack(&folder.join(archive), &unpacked);
        }
        let place = |below: &str| unpacked.0.join(below).to_str().unwrap().to_owned();
        let runbooks = import(&desk, RUNBOOKS, &place("runbooks"), false);
        assert_eq!(runbooks.rows + runbooks.left_out, fact("runbooks"));
        assert_eq!((runbooks.counts.created, runbooks.links_open), (runbooks.rows, 0), "{:?}", runbooks.counts.rejected);
        let system = desk.as_system();
        let led = system.list("knowledge_article", "title:\"Node RAID Disk Failure\"");
        let target = system.list("knowledge_article", "title:\"Node RAID Degraded\"");
        let expected = format!("See [Node RAID Degraded](/knowledge_article/{})", target[0].number().unwrap());
        assert_eq!(led[0].value("published_body").to_text(), expected);
        let again = import(&desk, RUNBOOKS, &place("runbooks"), false);
        assert_eq!((again.counts.unchanged, again.counts.created, again.counts.updated), (again.rows, 0, 0));

        let postmortems = import(&desk, POSTMORTEMS, &place("postmortems"), false);
        assert_eq!((postmortems.rows, postmortems.counts.created), (fact("postmortems"), fact("postmortems")), "{:?}", postmortems.counts.rejected);
        assert!(postmortems.unused_columns.is_empty(), "{:?}", postmortems.unused_columns);
        let count = |filter: &str| {
            let read = filter.to_owned();
            let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
            desk.engine.read_blocking(&ctx, move |reading| {
                let snapshot = reading.ctx.snapshot.clone();
                let of = snapshot.dictionary.record_type("knowledge_article").unwrap();
                let filter = dictionary::filter::parse(&read, &dictionary::filter::Scope::new(&snapshot.dictionary, of)).unwrap();
                reading.count(&dictionary::Query { record_type: Some(of.name.clone()), filter, ..Default::default() })
            }).unwrap().cast_unsigned()
        };
        assert_eq!(count("began_at!=empty"), fact("with_start_time"));
        assert_eq!(count("ended_at!=empty"), fact("with_end_time"));
        assert_eq!(count("state:draft"), fact("postmortems"), "somebody reviews them first");
        // Three companies are written in two ways (Datadog and DataDog) and are one category each.
        assert_eq!(postmortems.counts.referred["category"], fact("postmortem_companies") - 3);
        for (category, articles) in facts["postmortem_categories"].as_object().unwrap() {
            assert_eq!(count(&format!("causes~{category}")), articles.as_u64().unwrap(), "{category}");
        }
        let again = import(&desk, POSTMORTEMS, &place("postmortems"), false);
        assert_eq!((again.counts.unchanged, again.counts.created, again.counts.updated), (again.rows, 0, 0));
    }
}
