//! What must hold between languages, and between a message and the arguments it declares.

use super::{Arg, Case, Catalog, Kind, LISTS, Message, Piece, each_list, used};
use std::collections::{BTreeMap, BTreeSet};

/// Adds a fault for everything that is missing, left over or different.
pub fn compare(catalogs: &[Catalog], faults: &mut Vec<String>) {
    for catalog in catalogs {
        names(catalog, faults);
    }
    let Some((reference, others)) = catalogs.split_first() else {
        return faults.push("locales: there is no language".into());
    };
    for message in &reference.messages {
        arguments(message, faults);
    }
    for other in others {
        same_terms(reference, other, faults);
        same_keys(reference, other, faults);
        same_keys(other, reference, faults);
        for (message, theirs) in pairs(reference, other) {
            same_shape(message, theirs, faults);
        }
    }
}

fn fault(message: &Message, what: &str) -> String {
    format!("{}: {}: {what}", message.path, message.key)
}

/// `configs` holds keys that begin with `config-`.
pub fn prefix(file: &str) -> String {
    format!("{}-", file.strip_suffix('s').unwrap_or(file))
}

fn names(catalog: &Catalog, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for message in &catalog.messages {
        let prefix = prefix(&message.file);
        if !message.key.starts_with(&prefix) {
            faults.push(fault(message, &format!("keys of this file begin with {prefix}")));
        }
        if !seen.insert(message.key.replace('-', "_")) {
            faults.push(fault(message, "the key is there twice"));
        }
        if LISTS.contains(&message.file.as_str()) && !used(&message.pieces).is_empty() {
            faults.push(fault(message, "messages of this file are looked up: no arguments"));
        }
        each_list(&message.pieces, &mut |pieces| {
            let marks = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.matches("**").count(),
                _ => 0,
            });
            if marks.sum::<usize>() % 2 == 1 {
                faults.push(fault(message, "** is opened and not closed"));
            }
        });
    }
}

/// Declared is what is used, and choices fit the kinds.
fn arguments(message: &Message, faults: &mut Vec<String>) {
    let used = used(&message.pieces);
    for name in &used {
        if !message.declared.iter().any(|arg| arg.name == *name) {
            let hint = "is not declared: write `# $name (text)`, (number) or (id) above the key";
            faults.push(fault(message, &format!("${name} {hint}")));
        }
    }
    let kinds: BTreeMap<&str, Kind> = kinds(&message.declared);
    selects(message, &kinds, faults);
}

fn kinds(declared: &[Arg]) -> BTreeMap<&str, Kind> {
    declared.iter().map(|arg| (arg.name.as_str(), arg.kind)).collect()
}

fn selects(message: &Message, kinds: &BTreeMap<&str, Kind>, faults: &mut Vec<String>) {
    each_list(&message.pieces, &mut |pieces| {
        for piece in pieces {
            let Piece::Select { arg, cases, default } = piece else { continue };
            let fits = match kinds.get(arg.as_str()) {
                Some(Kind::Number) => {
                    let plural = |case: &Case| match case {
                        Case::Exactly(_) => true,
                        Case::Named(name) => name == "one",
                    };
                    default.0 == "other" && cases.iter().all(|(case, _)| plural(case))
                }
                Some(Kind::Text) => cases.iter().all(|(case, _)| matches!(case, Case::Named(_))),
                Some(Kind::Id) => false,
                None => true,
            };
            if !fits {
                let what =
                    "selects by [one], [0], … *[other] if it is a number, by names if a text";
                faults.push(fault(message, &format!("${arg} {what}")));
            }
        }
    });
}

fn same_terms(reference: &Catalog, other: &Catalog, faults: &mut Vec<String>) {
    for (here, there) in [(reference, other), (other, reference)] {
        for term in &here.terms {
            match there.terms.iter().find(|candidate| candidate.key == term.key) {
                None => {
                    let (lang, key, path) = (&there.lang, &term.key, &term.path);
                    faults.push(format!("locales/{lang}: term -{key} of {path} is missing"));
                }
                Some(same) if same.text != term.text && here.lang == reference.lang => {
                    let what = "terms are the same in every language";
                    let (path, key) = (&same.path, &term.key);
                    let (ours, theirs) = (&same.text, &term.text);
                    faults.push(format!("{path}: -{key}: {what}: `{ours}`, not `{theirs}`?"));
                }
                Some(_) => {}
            }
        }
    }
}

fn same_keys(here: &Catalog, there: &Catalog, faults: &mut Vec<String>) {
    for message in &here.messages {
        let twin =
            |candidate: &&Message| candidate.key == message.key && candidate.file == message.file;
        if there.messages.iter().find(twin).is_none() {
            let (lang, file, key) = (&there.lang, &message.file, &message.key);
            let path = &message.path;
            faults.push(format!("locales/{lang}/{file}.ftl: {key}: missing ({path} has it)"));
        }
    }
}

fn pairs<'a>(here: &'a Catalog, there: &'a Catalog) -> Vec<(&'a Message, &'a Message)> {
    let twin = |key: &str| there.messages.iter().find(|candidate| candidate.key == key);
    here.messages.iter().filter_map(|m| twin(&m.key).map(|theirs| (m, theirs))).collect()
}

/// The same arguments in both, and choices that fit the kinds the reference declares.
fn same_shape(reference: &Message, other: &Message, faults: &mut Vec<String>) {
    let (wanted, got) = (used(&reference.pieces), used(&other.pieces));
    for name in wanted.difference(&got) {
        faults.push(fault(other, &format!("${name} is missing ({} uses it)", reference.path)));
    }
    for name in got.difference(&wanted) {
        faults.push(fault(other, &format!("${name} is unknown ({} has none)", reference.path)));
    }
    selects(other, &kinds(&reference.declared), faults);
    let (ours, theirs) = (choices(&reference.pieces), choices(&other.pieces));
    if ours != theirs {
        let what = "texts select among the same names in every language";
        faults.push(fault(other, &format!("{what}: {theirs:?}, not {ours:?}?")));
    }
}

/// Every name among which a text selects, with its argument. Plural forms differ by language.
fn choices(pieces: &[Piece]) -> BTreeSet<(&str, &str)> {
    let mut names = BTreeSet::new();
    each_list(pieces, &mut |list| {
        for piece in list {
            let Piece::Select { arg, cases, default } = piece else { continue };
            let named = cases.iter().filter_map(|(case, _)| match case {
                Case::Named(name) => Some(name.as_str()),
                Case::Exactly(_) => None,
            });
            let all = named.chain([default.0.as_str()]);
            names.extend(all.filter(|n| *n != "one" && *n != "other").map(|n| (arg.as_str(), n)));
        }
    });
    names
}
