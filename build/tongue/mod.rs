//! THE DICTIONARY PRESS. Reads Fluent files and writes one typed function per message.
//! Who may knock: `build.rs`, and the tests that prove it red.
//! Never here: words themselves; those live in `locales/`.
//!
//! What a file may hold (a part of Fluent 1.0, so that any Fluent editor can open it):
//!
//! * `key = text`, and attributes `.attribute = text`, which become `key_attribute`.
//! * Keys begin with their file's name in the singular: `ui-`, `event-`, `config-`, `error-`.
//! * Arguments are declared in the comment above the English message, in the order in which the
//!   function takes them: `# $broker (text), $epoch (id), $count (number)`. A *text* is a `&str`. A
//!   *number* is an `i64`, written with thousands separators, and can choose a plural form. An *id*
//!   is an `i64` written bare: offsets, epochs, ports.
//! * `{ $count -> [0] none [one] one *[other] { $count } }` for numbers: exact values and the
//!   language's own plural forms. `{ $role -> [leader] … *[follower] … }` for texts.
//! * Terms (`-isr = ISR`) are names that must be the same in every language.
//! * A line break is a space, an empty line a line break. `**words**` are strong.
//!
//! Files in [`LISTS`] become tables that are looked up by key while running, instead of functions.

mod check;
mod code;
mod parse;

use std::fs;
use std::io;
use std::path::Path;

/// Files whose messages take no arguments and are looked up by key.
pub const LISTS: [&str; 2] = ["configs", "glossary"];

/// The language whose comments declare the arguments.
pub const REFERENCE: &str = "en";

/// One Fluent file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The language's tag, which is the folder's name: `pt-BR`.
    pub lang: String,
    /// The file's name without its ending: `ui`.
    pub file: String,
    /// What it holds.
    pub text: String,
}

impl Source {
    /// How faults name the file.
    fn path(&self) -> String {
        format!("locales/{}/{}.ftl", self.lang, self.file)
    }
}

/// Everything one language says.
pub struct Catalog {
    lang: String,
    messages: Vec<Message>,
    terms: Vec<Term>,
}

/// One message or attribute.
pub struct Message {
    /// With the attribute after a hyphen: `ui-play-title`.
    key: String,
    file: String,
    path: String,
    /// What the comment declares, in its order.
    declared: Vec<Arg>,
    pieces: Vec<Piece>,
}

/// A name that is the same in every language.
#[derive(Clone)]
pub struct Term {
    key: String,
    path: String,
    text: String,
}

/// A declared argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    name: String,
    kind: Kind,
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Text,
    Number,
    Id,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    Arg(String),
    Select { arg: String, cases: Vec<(Case, Vec<Piece>)>, default: (String, Vec<Piece>) },
}

/// When a variant applies.
#[derive(Clone, Debug, PartialEq)]
pub enum Case {
    Exactly(i64),
    Named(String),
}

/// Reads `folder/<language>/<file>.ftl`, in order of language and file.
pub fn read(folder: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for lang in sorted(folder)?.iter().filter(|path| path.is_dir()) {
        for path in sorted(lang)? {
            if path.extension().is_some_and(|ending| ending == "ftl") {
                let text = fs::read_to_string(&path)?;
                sources.push(Source { lang: name(lang), file: name(&path), text });
            }
        }
    }
    Ok(sources)
}

fn sorted(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The Rust code for all messages, or everything that is wrong with them.
pub fn generate(sources: &[Source]) -> Result<String, Vec<String>> {
    let mut faults = Vec::new();
    let mut langs: Vec<&str> = sources.iter().map(|source| source.lang.as_str()).collect();
    langs.dedup();
    // The reference goes first.
    langs.sort_by_key(|lang| (*lang != REFERENCE, *lang));
    let catalogs: Vec<Catalog> =
        langs.iter().map(|lang| parse::catalog(lang, sources, &mut faults)).collect();
    if faults.is_empty() {
        check::compare(&catalogs, &mut faults);
    }
    if faults.is_empty() { Ok(code::write(&catalogs)) } else { Err(faults) }
}

/// Calls `visit` with every list of pieces, nested ones included.
fn each_list<'a>(pieces: &'a [Piece], visit: &mut dyn FnMut(&'a [Piece])) {
    visit(pieces);
    for piece in pieces {
        if let Piece::Select { cases, default, .. } = piece {
            cases.iter().for_each(|(_, pieces)| each_list(pieces, visit));
            each_list(&default.1, visit);
        }
    }
}

/// The arguments that the pieces use, each once.
fn used(pieces: &[Piece]) -> std::collections::BTreeSet<&str> {
    let mut names = std::collections::BTreeSet::new();
    each_list(pieces, &mut |list| {
        names.extend(list.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Arg(arg) | Piece::Select { arg, .. } => Some(arg.as_str()),
        }));
    });
    names
}
