//! Builds the front end and turns it into a table of files inside the binary.
//!
//! Everything happens in `OUT_DIR`: the source tree is only read. `npm ci` runs when the lock
//! file changes, esbuild when a source changes, and nothing at all otherwise.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use flate2::{Compression, write::GzEncoder};

const DIST_VARIABLE: &str = "DESKWRIGHT_FRONTEND_DIST";
const SOURCES: [&str; 6] = [
    "src",
    "styles",
    "icons.svg",
    "package.json",
    "package-lock.json",
    ".npmrc",
];

/// Fonts are compressed already; everything else here is text and gets a gzip twin.
const TYPES: [(&str, &str, bool); 5] = [
    ("css", "text/css; charset=utf-8", true),
    ("js", "text/javascript; charset=utf-8", true),
    ("svg", "image/svg+xml", true),
    ("json", "application/json", true),
    ("woff2", "font/woff2", false),
];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("cargo::error={problem}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let frontend = variable("CARGO_MANIFEST_DIR")?.join("../../frontend");
    let out = variable("OUT_DIR")?;
    println!("cargo::rerun-if-env-changed={DIST_VARIABLE}");
    println!("cargo::rerun-if-changed=build.rs");
    let dist = if let Some(ready) = env::var_os(DIST_VARIABLE) {
        println!("cargo::rerun-if-changed={}", Path::new(&ready).display());
        println!(
            "cargo::rerun-if-changed={}",
            frontend.join("icons.svg").display()
        );
        PathBuf::from(ready)
    } else {
        for source in SOURCES {
            println!(
                "cargo::rerun-if-changed={}",
                frontend.join(source).display()
            );
        }
        let workshop = out.join("frontend");
        copy_sources(&frontend, &workshop)?;
        install_packages(&workshop)?;
        bundle(&workshop)?
    };
    write_table(&dist, &frontend.join("icons.svg"), &out)
}

fn copy_sources(frontend: &Path, workshop: &Path) -> Result<(), String> {
    // What was deleted at the source must not survive in the copy.
    for folder in ["src", "styles", "dist"] {
        let copy = workshop.join(folder);
        if copy.exists() {
            fs::remove_dir_all(&copy).map_err(|error| describe("clear", &copy, &error))?;
        }
    }
    for source in SOURCES {
        copy(&frontend.join(source), &workshop.join(source))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(|error| describe("create", to, &error))?;
        for path in files_of(from)? {
            if let Some(name) = path.file_name() {
                copy(&path, &to.join(name))?;
            }
        }
        return Ok(());
    }
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| describe("copy", from, &error))
}

/// The registry, its credentials and the cache are those of the user's own npm configuration.
fn install_packages(workshop: &Path) -> Result<(), String> {
    let lock = read(&workshop.join("package-lock.json"))?;
    let stamp = workshop.join("installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut install = Command::new(npm);
    install.current_dir(workshop).args([
        "ci",
        "--omit=dev",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    run(&mut install, "install the front end's packages with npm")?;
    fs::write(&stamp, lock).map_err(|error| describe("write", &stamp, &error))
}

fn bundle(workshop: &Path) -> Result<PathBuf, String> {
    let mut esbuild = Command::new("node");
    esbuild.current_dir(workshop).args([
        "node_modules/esbuild/bin/esbuild",
        "src/app.ts",
        "app=styles/app.css",
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022,chrome123,firefox121,safari17.5",
        "--loader:.woff2=file",
        "--public-path=/assets",
        "--entry-names=[name]-[hash]",
        "--asset-names=[name]-[hash]",
        "--outdir=dist",
        "--log-level=warning",
    ]);
    run(&mut esbuild, "bundle the front end with esbuild")?;
    Ok(workshop.join("dist"))
}

fn run(command: &mut Command, purpose: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| {
        format!(
            "could not {purpose} ({error}): install Node 20 with npm, or set {DIST_VARIABLE} to a ready bundle"
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr)
        .trim()
        .replace('\n', " | ");
    Err(format!(
        "could not {purpose}: {said} (Node 20 with npm is needed, or {DIST_VARIABLE} set to a ready bundle)"
    ))
}

/// Writes `assets.rs`: one line per file, with the bytes and their gzip twin beside it.
fn write_table(dist: &Path, sprite: &Path, out: &Path) -> Result<(), String> {
    let packed = out.join("packed");
    if packed.exists() {
        fs::remove_dir_all(&packed).map_err(|error| describe("clear", &packed, &error))?;
    }
    fs::create_dir_all(&packed).map_err(|error| describe("create", &packed, &error))?;

    let mut rows = Vec::new();
    for path in files_of(dist)? {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        rows.extend(pack(&name, &read(&path)?, &packed)?);
    }
    for needed in ["app.css", "app.js"] {
        if !rows
            .iter()
            .any(|row| row.contains(&format!("logical: {needed:?}")))
        {
            return Err(format!("the bundle in {} has no {needed}", dist.display()));
        }
    }
    // The sprite is named by the same hash that the icons' markup computes.
    let symbols = read(sprite)?;
    rows.extend(pack(
        &format!("icons-{:016x}.svg", fnv1a(&symbols)),
        &symbols,
        &packed,
    )?);
    rows.sort();

    let table = format!("&[\n{}]\n", rows.concat());
    let path = out.join("assets.rs");
    fs::write(&path, table).map_err(|error| describe("write", &path, &error))
}

fn pack(name: &str, bytes: &[u8], packed: &Path) -> Result<Option<String>, String> {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return Ok(None);
    };
    let Some((_, content_type, text)) = TYPES.iter().find(|kind| kind.0 == extension) else {
        return Ok(None);
    };
    let Some((first, hash)) = stem.rsplit_once('-') else {
        return Ok(None);
    };
    let plain = packed.join(name);
    fs::write(&plain, bytes).map_err(|error| describe("write", &plain, &error))?;
    let gzip = if *text {
        let twin = packed.join(format!("{name}.gz"));
        fs::write(&twin, compress(bytes)?).map_err(|error| describe("write", &twin, &error))?;
        format!("Some(include_bytes!({twin:?}))")
    } else {
        "None".to_owned()
    };
    let logical = format!("{first}.{extension}");
    Ok(Some(format!(
        "    Asset {{ name: {name:?}, logical: {logical:?}, hash: {hash:?}, content_type: {content_type:?}, bytes: include_bytes!({plain:?}), gzip: {gzip} }},\n"
    )))
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| format!("could not compress: {error}"))
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, String> {
    fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|found| found.path()))
                .collect()
        })
        .map_err(|error| describe("read", folder, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| describe("read", path, &error))
}

fn variable(name: &str) -> Result<PathBuf, String> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or_else(|| format!("cargo did not set {name}"))
}

fn describe(verb: &str, path: &Path, error: &std::io::Error) -> String {
    format!("could not {verb} {}: {error}", path.display())
}
