//! The rules that look at one file at a time.

use super::code::{Code, is_word};

/// Words that must not be there.
pub fn banned(code: &Code, words: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in code.lines() {
        for (word, why) in words {
            if line.match_indices(word).any(|(at, _)| is_word(line, at, word)) {
                faults.push(code.fault(number, &format!("{word}: {why}")));
            }
        }
    }
    faults
}

/// `1.5`, but not `pair.0.1` and not `0..5`.
pub fn float_literals(code: &Code) -> Vec<String> {
    let is_float = |line: &str, at: usize| {
        let number = |c: char| c.is_ascii_digit() || c == '_';
        let (before, after) = (&line[..at], &line[at + 1..]);
        let digits = before.trim_end_matches(number);
        let whole = digits.len() < before.len()
            && !digits.ends_with(|c: char| c.is_alphanumeric() || c == '.');
        whole && after.starts_with(|c: char| c.is_ascii_digit())
    };
    let lines =
        code.lines().filter(|(_, line)| line.match_indices('.').any(|(at, _)| is_float(line, at)));
    lines.map(|(number, _)| code.fault(number, "a float: use integers")).collect()
}

/// A struct or enum that can be kept in the world (it derives `Clone` or `Serialize`) holds no
/// `usize`: wasm32 and native machines would disagree.
pub fn stored_usize(code: &Code) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut kept, mut inside) = (false, None);
    for (number, line) in code.lines() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if trimmed.starts_with("#[derive(") {
            kept = ["Clone", "Serialize"].iter().any(|word| trimmed.contains(word));
        }
        let declares = ["struct ", "enum ", "pub struct ", "pub enum ", "pub(super) struct "]
            .iter()
            .any(|start| trimmed.starts_with(start))
            || trimmed.starts_with("pub(crate) struct ");
        let stores = declares || inside.is_some();
        let has = ["usize", "isize"]
            .iter()
            .any(|word| trimmed.match_indices(word).any(|(at, _)| is_word(trimmed, at, word)));
        if kept && stores && has {
            faults.push(code.fault(number, "a stored usize: use u32 or u64"));
        }
        if declares && trimmed.ends_with('{') {
            inside = Some(indent);
        } else if inside == Some(indent) && trimmed.starts_with('}') {
            inside = None;
        }
        let ends = declares && !trimmed.ends_with('{') || trimmed == "}";
        if inside.is_none() && ends {
            kept = false;
        }
    }
    faults
}

/// Files of at least `limit` lines.
pub fn long(code: &Code, limit: usize) -> Vec<String> {
    let lines = code.text.lines().count();
    match lines < limit {
        true => Vec::new(),
        false => vec![code.fault(0, &format!("{lines} lines: split it (below {limit})"))],
    }
}

/// Lines wider than `limit`.
pub fn wide(code: &Code, limit: usize) -> Vec<String> {
    let wide = code.text.lines().enumerate().filter(|(_, line)| line.chars().count() > limit);
    wide.map(|(number, _)| code.fault(number, &format!("wider than {limit} columns"))).collect()
}

/// Functions of at least `limit` lines; ends are found as rustfmt indents them.
pub fn long_functions(code: &Code, limit: usize) -> Vec<String> {
    let lines: Vec<&str> = code.bare.lines().collect();
    let mut faults = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let words: Vec<&str> = trimmed.split_whitespace().take(5).collect();
        let modifier = |word: &&&str| {
            word.starts_with("pub") || ["const", "async", "unsafe", "extern"].contains(*word)
        };
        let count = words.iter().take_while(modifier).count();
        if words.get(count) != Some(&"fn") {
            continue;
        }
        let close = format!("{}}}", &line[..line.len() - trimmed.len()]);
        let length = lines[number..].iter().position(|line| line.trim_end() == close);
        if let Some(length) = length.map(|last| last + 1).filter(|length| *length >= limit) {
            let what = format!("a function of {length} lines: split it (below {limit})");
            faults.push(code.fault(number, &what));
        }
    }
    faults
}

/// Every file opens with one sentence that says what it is for.
pub fn opening(code: &Code) -> Vec<String> {
    let sentence = code.text.lines().next().and_then(|line| line.strip_prefix("//! "));
    match sentence {
        Some(sentence) if sentence.trim().len() > 10 => Vec::new(),
        _ => vec![code.fault(0, "it opens without a `//!` sentence")],
    }
}

/// A room's `mod.rs` says what lives here, who may knock, and what is never here.
pub fn door_sign(code: &Code) -> Vec<String> {
    if !code.path.ends_with("/mod.rs") {
        return Vec::new();
    }
    let sign: Vec<&str> = code.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let sign = sign.join(" ");
    let missing = ["Who may knock", "Never here"].into_iter().filter(|part| !sign.contains(part));
    missing.map(|part| code.fault(0, &format!("the door sign lacks `{part}`"))).collect()
}

/// Files, modules and types named after nothing.
pub fn nameless(code: &Code, words: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let file = code.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
    let parts: Vec<&str> = code.path.trim_end_matches(".rs").split('/').collect();
    if words.iter().any(|word| parts.contains(word) || file.ends_with(&format!("_{word}"))) {
        faults.push(code.fault(0, "a file without a noun"));
    }
    for (number, line) in code.lines() {
        let tokens: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for pair in tokens.windows(2) {
            let declares = ["struct", "enum", "trait", "type"].contains(&pair[0]);
            let ends = |word: &&&str| pair[1].ends_with(&capital(word));
            if declares && words.iter().find(ends).is_some() {
                faults.push(code.fault(number, &format!("{}: a type without a noun", pair[1])));
            }
        }
    }
    faults
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// Words between tags or in attributes that a person reads or hears.
pub fn prose(code: &Code) -> Vec<String> {
    const HEARD: [&str; 5] = ["aria-label", "title", "placeholder", "alt", "aria-description"];
    let mut faults = Vec::new();
    for (at, _) in code.text.match_indices('"') {
        // Only where a literal opens: the bare text keeps quotes at both ends.
        let Some(literal) = code.text[at + 1..].split('"').next() else { continue };
        let opens = code.bare.len() == code.text.len() && code.bare[at..].starts_with('"');
        let letters = literal.as_bytes().windows(2).any(|w| w.iter().all(u8::is_ascii_alphabetic));
        let before = code.text[..at].trim_end();
        let text = before.strip_suffix('{').map(str::trim_end).is_some_and(|before| {
            before.ends_with('>') && !before.ends_with("=>") && !before.ends_with("->")
        });
        let attribute = before
            .trim_end_matches('{')
            .strip_suffix('=')
            .is_some_and(|before| HEARD.iter().any(|name| before.ends_with(name)));
        if opens && letters && (text || attribute) {
            let line = code.text[..at].matches('\n').count();
            faults.push(code.fault(line, &format!("prose in code: {literal:?}; see locales/")));
        }
    }
    faults
}
