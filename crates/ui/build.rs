//! Gathers the catalogues: one folder per language in `messages/`, one file per room, so that a new
//! language is a new folder and nothing else.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=messages");
    let folder = Path::new("messages");
    let mut languages = names(folder)?;
    // English first: it is what every other language falls back to.
    languages.sort_by_key(|it| (it != "en", it.clone()));
    let mut table = String::from("[\n");
    let out = env::var("OUT_DIR")?;
    for language in languages {
        let mut whole = String::new();
        let rooms = names(&folder.join(&language))?;
        // Editors leave other files beside them.
        for room in rooms.iter().filter(|it| it.ends_with(".ftl")) {
            let path = folder.join(&language).join(room);
            println!("cargo::rerun-if-changed={}", path.display());
            whole.push_str(&fs::read_to_string(path)?);
            whole.push('\n');
        }
        let gathered = Path::new(&out).join(format!("{language}.ftl"));
        fs::write(&gathered, whole)?;
        table.push_str(&format!(
            "    ({language:?}, include_str!({:?})),\n",
            gathered.display().to_string()
        ));
    }
    table.push(']');
    fs::write(Path::new(&out).join("languages.rs"), table)?;
    Ok(())
}

/// What stands in a folder, in the order of names.
fn names(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
