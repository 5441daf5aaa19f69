//! From Fluent's syntax tree to messages: terms put in, spaces settled, arguments declared.

use super::{Arg, Case, Catalog, Kind, Message, Piece, Source, Term, used};
use fluent_syntax::ast::{
    Comment, Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, Variant,
    VariantKey,
};
use fluent_syntax::parser::{ParserError, parse};
use fluent_syntax::unicode::unescape_unicode_to_string;
use std::collections::BTreeSet;

type Tree<'a> = Resource<&'a str>;

/// What one language says in all its files.
pub fn catalog(lang: &str, sources: &[Source], faults: &mut Vec<String>) -> Catalog {
    let files: Vec<(&Source, Tree<'_>)> = sources
        .iter()
        .filter(|source| source.lang == lang)
        .map(|source| (source, tree(source, faults)))
        .collect();
    let mut terms = Vec::new();
    for (source, tree) in &files {
        for entry in &tree.body {
            if let Entry::Term(term) = entry {
                let key = term.id.name.to_owned();
                let mut place = Place { source, key: &key, terms: &[], faults };
                match &place.pieces(&term.value)[..] {
                    [Piece::Text(text)] => {
                        let text = text.clone();
                        terms.push(Term { key, path: source.path(), text });
                    }
                    _ => place.fault("a term is plain text"),
                }
            }
        }
    }
    let mut messages = Vec::new();
    for (source, tree) in &files {
        for entry in &tree.body {
            let Entry::Message(message) = entry else { continue };
            let attributes = message.attributes.iter().map(|attribute| {
                (format!("{}-{}", message.id.name, attribute.id.name), &attribute.value)
            });
            let mut unused = Vec::new();
            let value = message.value.iter().map(|value| (message.id.name.to_owned(), value));
            for (key, pattern) in value.chain(attributes) {
                let mut place = Place { source, key: &key, terms: &terms, faults };
                let declared = place.declared(message.comment.as_ref());
                let pieces = place.pieces(pattern);
                unused.push(unused_args(&declared, &pieces));
                let (file, path) = (source.file.clone(), source.path());
                messages.push(Message { key, file, path, declared, pieces });
            }
            // The comment speaks for a message and its attributes together.
            let unused = unused.into_iter().reduce(|all, one| &all & &one).unwrap_or_default();
            for name in unused {
                let place = (source.path(), message.id.name);
                faults.push(format!("{}: {}: ${name} is declared, not used", place.0, place.1));
            }
        }
    }
    Catalog { lang: lang.to_owned(), messages, terms }
}

fn tree<'a>(source: &'a Source, faults: &mut Vec<String>) -> Tree<'a> {
    let fault = |error: &ParserError| {
        let before = source.text.get(..error.pos.start).unwrap_or(&source.text);
        let line = before.matches('\n').count() + 1;
        format!("{}:{line}: not Fluent: {}", source.path(), error.kind)
    };
    parse(source.text.as_str()).unwrap_or_else(|(tree, errors)| {
        faults.extend(errors.iter().map(fault));
        tree
    })
}

/// Where we are, for complaints.
struct Place<'a> {
    source: &'a Source,
    key: &'a str,
    terms: &'a [Term],
    faults: &'a mut Vec<String>,
}

impl Place<'_> {
    fn fault(&mut self, what: &str) {
        self.faults.push(format!("{}: {}: {what}", self.source.path(), self.key));
    }

    /// Finds `$name (kind)` in a comment.
    fn declared(&mut self, comment: Option<&Comment<&str>>) -> Vec<Arg> {
        let text = comment.map(|comment| comment.content.join("\n")).unwrap_or_default();
        let mut args = Vec::new();
        for rest in text.split('$').skip(1) {
            let Some((name, after)) = rest.split_once(" (") else {
                self.fault(&format!("${rest}: declare arguments as `$name (kind)`"));
                continue;
            };
            let kind = match after.split(')').next() {
                Some("text") => Kind::Text,
                Some("number") => Kind::Number,
                Some("id") => Kind::Id,
                _ => {
                    self.fault(&format!("${name}: its kind is one of (text), (number), (id)"));
                    continue;
                }
            };
            args.push(Arg { name: name.to_owned(), kind });
        }
        args
    }

    fn pieces(&mut self, pattern: &Pattern<&str>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => push_text(&mut pieces, value),
                PatternElement::Placeable { expression } => {
                    self.expression(expression, &mut pieces);
                }
            }
        }
        for piece in &mut pieces {
            if let Piece::Text(text) = piece {
                *text = settled(text);
                if text.chars().any(|c| c.is_control() && c != '\n') {
                    self.faults.push(format!("{}: control character", self.source.path()));
                }
            }
        }
        pieces
    }

    fn expression(&mut self, expression: &Expression<&str>, pieces: &mut Vec<Piece>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, pieces),
            Expression::Select { selector, variants } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return self.fault("only an argument can select");
                };
                pieces.extend(self.select(id.name, variants));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, pieces: &mut Vec<Piece>) {
        match inline {
            InlineExpression::StringLiteral { value } => {
                push_text(pieces, &unescape_unicode_to_string(value));
            }
            InlineExpression::NumberLiteral { value } => push_text(pieces, value),
            InlineExpression::VariableReference { id } => {
                pieces.push(Piece::Arg(id.name.to_owned()));
            }
            InlineExpression::TermReference { id, attribute: None, arguments: None } => {
                match self.terms.iter().find(|term| term.key == id.name) {
                    Some(term) => push_text(pieces, &term.text),
                    None => self.fault(&format!("no term -{} in this language", id.name)),
                }
            }
            InlineExpression::Placeable { expression } => self.expression(expression, pieces),
            InlineExpression::FunctionReference { id, .. } => {
                self.fault(&format!("functions such as {} are not supported", id.name));
            }
            InlineExpression::MessageReference { id, .. } => {
                self.fault(&format!("{}: messages cannot be put into others: use a term", id.name));
            }
            InlineExpression::TermReference { id, .. } => {
                self.fault(&format!("-{}: terms have no attributes and arguments here", id.name));
            }
        }
    }

    fn select(&mut self, arg: &str, variants: &[Variant<&str>]) -> Option<Piece> {
        let mut cases = Vec::new();
        let mut default = None;
        for variant in variants {
            let pieces = self.pieces(&variant.value);
            let case = match variant.key {
                VariantKey::Identifier { name } => Case::Named(name.to_owned()),
                VariantKey::NumberLiteral { value } => match value.parse() {
                    Ok(number) => Case::Exactly(number),
                    Err(_) => {
                        self.fault(&format!("[{value}] is not a whole number"));
                        continue;
                    }
                },
            };
            match case {
                Case::Named(name) if variant.default => default = Some((name, pieces)),
                Case::Exactly(_) if variant.default => self.fault("a number cannot be the default"),
                case => cases.push((case, pieces)),
            }
        }
        default.map(|default| Piece::Select { arg: arg.to_owned(), cases, default })
    }
}

fn unused_args(declared: &[Arg], pieces: &[Piece]) -> BTreeSet<String> {
    let used = used(pieces);
    let names = declared.iter().map(|arg| arg.name.clone());
    names.filter(|name| !used.contains(name.as_str())).collect()
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// A line break in the file is a space for the reader, an empty line is a line break.
fn settled(text: &str) -> String {
    let paragraphs: Vec<String> =
        text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    paragraphs.join("\n")
}
