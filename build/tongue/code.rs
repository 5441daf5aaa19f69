//! Writes the Rust code: functions for messages, tables for lists.

use super::check::prefix;
use super::{Arg, Case, Catalog, Kind, LISTS, Message, Piece, used};
use std::fmt::Write;

/// In a template the n-th argument is this character plus n: no text holds such characters.
const FIRST_HOLE: u32 = 0x10;

/// The whole file. `catalogs` passed every check; the reference is the first.
pub fn write(catalogs: &[Catalog]) -> String {
    let mut out = String::from("// Written by build.rs from locales/. Do not edit.\n\n");
    texts(&mut out, catalogs);
    let Some((reference, _)) = catalogs.split_first() else { return out };
    for list in LISTS {
        table(&mut out, list, catalogs);
    }
    out.push_str("impl Words {\n");
    for message in &reference.messages {
        if !LISTS.contains(&message.file.as_str()) {
            let all: Vec<(&Catalog, &Message)> = in_all(catalogs, &message.key);
            function(&mut out, message, &all);
        }
    }
    out.push_str("}\n");
    out
}

/// `pt-BR` is `Lang::PtBr` and the field `pt_br`.
fn variant(lang: &str) -> String {
    let capital = |part: &str| {
        let mut chars = part.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect::<String>()
    };
    lang.split('-').map(capital).collect()
}

fn field(key: &str) -> String {
    key.replace('-', "_").to_ascii_lowercase()
}

fn in_all<'a>(catalogs: &'a [Catalog], key: &str) -> Vec<(&'a Catalog, &'a Message)> {
    let find = |catalog: &'a Catalog| {
        let message = catalog.messages.iter().find(|message| message.key == key);
        message.map(|message| (catalog, message))
    };
    catalogs.iter().filter_map(find).collect()
}

/// The type that holds one text in every language.
fn texts(out: &mut String, catalogs: &[Catalog]) {
    let fields: String =
        catalogs.iter().map(|c| format!("    {}: &'static str,\n", field(&c.lang))).collect();
    let arms: String = catalogs
        .iter()
        .map(|c| format!("            Lang::{} => self.{},\n", variant(&c.lang), field(&c.lang)))
        .collect();
    let _ = write!(
        out,
        "/// One text in every language.\n#[derive(Clone, Copy, Debug)]\n\
         pub(super) struct Texts {{\n{fields}}}\n\n\
         impl Texts {{\n    /// The text in `lang`.\n    \
         pub(super) const fn of(&self, lang: Lang) -> &'static str {{\n        \
         match lang {{\n{arms}        }}\n    }}\n}}\n\n",
    );
}

/// A list as a table: key, name (the attribute `.name`, else the key) and text of each entry.
fn table(out: &mut String, file: &str, catalogs: &[Catalog]) {
    let Some(reference) = catalogs.first() else { return };
    let prefix = prefix(file);
    let entries: Vec<&Message> = (reference.messages.iter())
        .filter(|m| m.file == file && !m.key.ends_with("-name"))
        .collect();
    let (constant, count) = (file.to_ascii_uppercase(), entries.len());
    let _ = writeln!(out, "/// `{file}.ftl`, in its order.");
    let _ = writeln!(out, "pub(super) static {constant}: [Entry; {count}] = [");
    for entry in entries {
        let key = entry.key.strip_prefix(&prefix).unwrap_or(&entry.key);
        // Kafka writes dots in the names of configs, which a Fluent key cannot hold.
        let key = if file == "configs" { key.replace('-', ".") } else { key.to_owned() };
        let names = match &literal(&in_all(catalogs, &format!("{}-name", entry.key)))[..] {
            "" => catalogs.iter().map(|c| format!("{}: {key:?}, ", field(&c.lang))).collect(),
            names => names.to_owned(),
        };
        let texts = literal(&in_all(catalogs, &entry.key));
        let _ = writeln!(
            out,
            "    Entry {{ key: {key:?}, name: Texts {{ {names}}}, text: Texts {{ {texts}}} }},"
        );
    }
    out.push_str("];\n\n");
}

fn literal(all: &[(&Catalog, &Message)]) -> String {
    all.iter().map(|(c, m)| format!("{}: {:?}, ", field(&c.lang), plain(&m.pieces))).collect()
}

/// The text of a message without arguments.
fn plain(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "" }).collect()
}

fn function(out: &mut String, message: &Message, all: &[(&Catalog, &Message)]) {
    let used = used(&message.pieces);
    let args: Vec<&Arg> =
        message.declared.iter().filter(|arg| used.contains(arg.name.as_str())).collect();
    let name = field(&message.key);
    let _ = writeln!(out, "    #[doc = {:?}]", format!("`{}`", shown(&message.pieces)));
    if args.is_empty() {
        let _ = writeln!(out, "    pub const fn {name}(self) -> &'static str {{");
        let texts = literal(all);
        let _ = writeln!(out, "        Texts {{ {texts}}}.of(self.0)\n    }}\n");
        return;
    }
    let parameters: String = args
        .iter()
        .map(|arg| {
            let rust = if arg.kind == Kind::Text { "&str" } else { "i64" };
            format!(", {}: {rust}", parameter(&arg.name))
        })
        .collect();
    let holes: String =
        args.iter().map(|arg| format!("Arg::{:?}({}), ", arg.kind, parameter(&arg.name))).collect();
    let _ = writeln!(out, "    pub fn {name}(self{parameters}) -> String {{");
    let templates: Option<String> = all
        .iter()
        .map(|(c, m)| Some(format!("{}: {:?}, ", field(&c.lang), template(&m.pieces, &args)?)))
        .collect();
    if let Some(templates) = templates {
        let texts = format!("&Texts {{ {templates}}}");
        let _ = writeln!(out, "        said(self.0, {texts}, &[{holes}])\n    }}\n");
        return;
    }
    let _ = writeln!(
        out,
        "        let holes = [{holes}];\n        let mut said = Said::new(self.0, &holes);"
    );
    out.push_str("        match self.0 {\n");
    for (catalog, message) in all {
        let _ = writeln!(out, "            Lang::{} => {{", variant(&catalog.lang));
        say(out, &message.pieces, &args);
        out.push_str("            }\n");
    }
    out.push_str("        }\n        said.done()\n    }\n\n");
}

/// The whole message as one template, if there is nothing to choose in it.
fn template(pieces: &[Piece], args: &[&Arg]) -> Option<String> {
    let mut template = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => template.push_str(text),
            Piece::Arg(name) => template.extend(hole(args, name)),
            Piece::Select { .. } => return None,
        }
    }
    Some(template)
}

/// The character that stands for an argument.
fn hole(args: &[&Arg], name: &str) -> Option<char> {
    let position = args.iter().position(|arg| arg.name == name).unwrap_or_default();
    char::from_u32(FIRST_HOLE + position as u32)
}

/// A keyword of Rust may name an argument.
fn parameter(name: &str) -> String {
    match name {
        "type" | "in" | "as" | "where" | "match" | "for" | "loop" | "move" | "ref" => {
            format!("r#{name}")
        }
        _ => field(name),
    }
}

/// Statements that say the pieces: templates with holes, and choices between them.
fn say(out: &mut String, pieces: &[Piece], args: &[&Arg]) {
    let mut template = String::new();
    let position = |name: &str| args.iter().position(|arg| arg.name == name).unwrap_or_default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => template.push_str(text),
            Piece::Arg(name) => template.extend(hole(args, name)),
            Piece::Select { arg, cases, default } => {
                flush(out, &mut template);
                let number = args[position(arg)].kind == Kind::Number;
                let _ = writeln!(out, "match {} {{", parameter(arg));
                // In Portuguese zero is `one` too: exact values go first, wherever they stand.
                let exact = |case: &&(Case, _)| matches!(case.0, Case::Exactly(_));
                let named = |case: &&(Case, _)| !exact(case);
                for (case, pieces) in cases.iter().filter(exact).chain(cases.iter().filter(named)) {
                    let _ = match case {
                        Case::Exactly(exactly) => write!(out, "{exactly}"),
                        Case::Named(_) if number => write!(out, "n if self.0.is_one(n)"),
                        Case::Named(name) => write!(out, "{name:?}"),
                    };
                    out.push_str(" => {\n");
                    say(out, pieces, args);
                    out.push_str("}\n");
                }
                out.push_str("_ => {\n");
                say(out, &default.1, args);
                out.push_str("}\n}\n");
            }
        }
    }
    flush(out, &mut template);
}

fn flush(out: &mut String, template: &mut String) {
    if !template.is_empty() {
        let _ = writeln!(out, "said.push({template:?});");
        template.clear();
    }
}

/// How documentation shows a message.
fn shown(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(&text.replace('`', "'")),
            Piece::Arg(name) => out.extend(["{", name, "}"]),
            Piece::Select { default, .. } => out.push_str(&shown(&default.1)),
        }
    }
    out
}
