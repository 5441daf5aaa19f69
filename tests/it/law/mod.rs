//! The law of the house, as tables. A red line names the file, the line and the reason.
//!
//! The rules themselves are functions over text in `rules.rs`, proved red on small offenders in
//! `offenders.rs`, so that they cannot rot.

mod code;
mod offenders;
mod rules;
mod simplified;
mod uses;

use code::Code;
use std::fs;
use std::path::Path;

/// Who may use whom: a row's room may use the columns marked `x`. Left of the bar everything is
/// pure; `stage` sees only `scene`; `ui` is the only room that sees all, and nobody sees it. `scene` may use `locale`:
/// a picture has words on it, and both are pure.
const ROOMS: &str = "
                   sim session metrics scene lesson scenario_file locale export | stage lens ui
    sim             .                                                           |
    session         x   .       x                                               |
    metrics         x           .                                               |
    scene           x   x       x       .                          x            |
    lesson          x   x               x     .      x                          |
    scenario_file   x                                .                          |
    locale          x                                x             .            |
    export          x   x               x                                 .     |
    stage                               x                                       |  .
    lens            x   x               x                          x            |  x     .
    ui              x   x       x       x     x      x             x      x     |  x     x    .
";

/// Inside `sim`: rooms that may use nothing but these, and themselves.
const ONLY: &[(&str, &[&str])] = &[
    ("wire", &["id", "time", "ordered"]),
    ("log", &["id", "time", "ordered", "shelf", "wire", "config", "java_hash", "mutant"]),
];

/// Inside `sim`: what these rooms never use. Nodes meet on the wire, and a handler sees no world.
const NEVER: &[(&str, &[&str])] = &[
    ("broker", &["controller", "client", "world", "engine", "power", "network", "agenda", "admin"]),
    ("controller", &["broker", "client", "world", "engine", "power", "network", "agenda", "admin"]),
    ("client", &["broker", "controller", "world", "engine", "power", "network", "agenda", "admin"]),
    ("effect", &["world", "engine", "broker", "controller", "client"]),
];

/// What must not be said in `sim`, and why.
const BANNED_IN_SIM: &[(&str, &str)] = &[
    ("f32", "no floats: they may differ between machines. Use integers: µs, ppm, tables"),
    ("f64", "no floats: they may differ between machines. Use integers: µs, ppm, tables"),
    ("HashMap", "its order is unspecified. Use BTreeMap, or a Vec by id"),
    ("HashSet", "its order is unspecified. Use BTreeSet"),
    ("std::time", "the only clock is sim::time"),
    ("Instant", "the only clock is sim::time"),
    ("SystemTime", "the only clock is sim::time"),
    ("std::thread", "one thread: order is part of the story"),
    ("std::env", "a world depends on its scenario alone"),
    ("std::fs", "a world depends on its scenario alone"),
];

/// What must not be said anywhere in `src`, and why.
const BANNED: &[(&str, &str)] = &[
    ("todo!", "what is not there yet is not shipped"),
    ("unimplemented!", "what is not there yet is not shipped"),
    ("dbg!", "left over from a search"),
    ("println!", "nobody reads a console here"),
    ("eprintln!", "nobody reads a console here"),
];

/// What must not be said in the page's first download, and why: the picture runs without panels.
const BANNED_AT_FIRST: &[(&str, &str)] = &[
    ("yew", "components come with the second download: use plain DOM"),
    ("html!", "components come with the second download: use plain DOM"),
];

/// Names without a noun. If a thing has no noun it has no file.
const NAMELESS: &[&str] = &[
    "util", "utils", "helper", "helpers", "manager", "service", "info", "data", "impl", "common",
    "misc", "prelude", "stuff", "base", "core", "types",
];

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const COLUMNS: usize = 100;

/// Visits every Rust file below `folder`, in order, with its path from the root of the repository.
pub fn each_rust_file(folder: &Path, visit: &mut dyn FnMut(&str, &str)) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            each_rust_file(&path, visit);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
            visit(&name.to_string_lossy(), &fs::read_to_string(&path).unwrap());
        }
    }
}

fn files(folders: &[&str]) -> Vec<Code> {
    let mut files = Vec::new();
    for folder in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        if folder.is_dir() {
            each_rust_file(&folder, &mut |path, text| files.push(Code::new(path, text)));
        }
    }
    files
}

#[track_caller]
fn lawful(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n"));
}

fn check(folders: &[&str], rule: impl Fn(&Code) -> Vec<String>) {
    lawful(files(folders).iter().flat_map(rule).collect());
}

#[test]
fn rooms_use_only_whom_they_may() {
    let table = uses::Table::parse(ROOMS);
    check(&["src"], |code| uses::rooms(code, &table));
}

#[test]
fn every_room_is_in_the_table() {
    let table = uses::Table::parse(ROOMS);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir());
    let names = folders.map(|p| p.file_name().unwrap().to_string_lossy().into_owned());
    let unknown = names.filter(|name| !table.knows(name));
    lawful(unknown.map(|name| format!("src/{name}: a new room needs its line in ROOMS")).collect());
}

#[test]
fn walls_inside_sim_hold() {
    check(&["src/sim"], |code| uses::walls(code, ONLY, NEVER));
}

#[test]
fn handlers_see_no_world() {
    let effect = files(&["src/sim"]).into_iter().filter(|code| code.path.ends_with("effect.rs"));
    let why = "a handler sees only itself: what it needs comes by the wire";
    lawful(effect.flat_map(|code| rules::banned(&code, &[("World", why)])).collect());
}

#[test]
fn sim_is_deterministic() {
    check(&["src/sim"], |code| rules::banned(code, BANNED_IN_SIM));
    check(&["src/sim"], rules::float_literals);
    check(&["src/sim"], rules::stored_usize);
}

#[test]
fn the_first_picture_needs_no_components() {
    let first = ["src/stage", "src/lens"];
    check(&first, |code| rules::banned(code, BANNED_AT_FIRST));
}

#[test]
fn nothing_is_left_undone() {
    check(&["src"], |code| rules::banned(code, BANNED));
}

#[test]
fn files_functions_and_lines_are_short() {
    check(&["src", "build", "tests", "examples", "benches"], |code| rules::long(code, FILE_LINES));
    check(&["src", "build", "examples", "benches"], |code| {
        rules::long_functions(code, FUNCTION_LINES)
    });
    check(&["src", "build", "examples", "benches"], |code| rules::wide(code, COLUMNS));
}

#[test]
fn every_file_opens_with_a_sentence() {
    check(&["src", "build", "tests", "examples", "benches"], rules::opening);
}

#[test]
fn every_room_has_its_door_sign() {
    check(&["src", "build"], rules::door_sign);
}

#[test]
fn things_have_nouns() {
    check(&["src", "build", "tests"], |code| rules::nameless(code, NAMELESS));
}

#[test]
fn panels_hold_no_prose() {
    check(&["src/ui", "src/lens", "src/stage"], |code| {
        match code.path.starts_with("src/ui/kit/") {
            true => Vec::new(),
            false => rules::prose(code),
        }
    });
}

/// `docs/not-modelled.md` is written from the `Simplified:` lines: UPDATE_EXPECT=1 writes it anew.
#[test]
fn what_is_simplified_is_told() {
    expect_test::expect_file!["../../../docs/not-modelled.md"]
        .assert_eq(&simplified::page(&files(&["src"])));
}
