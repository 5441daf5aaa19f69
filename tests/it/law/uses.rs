//! Who uses whom: every path in a file, resolved to the module it leads to.

use super::code::{Code, is_word};

/// The table of who may use whom.
pub struct Table {
    rooms: Vec<String>,
    allowed: Vec<(String, String)>,
}

impl Table {
    /// Reads the columns by where their names stand.
    pub fn parse(table: &str) -> Self {
        let mut lines = table.lines().filter(|line| !line.trim().is_empty());
        let head = lines.next().unwrap_or_default();
        let columns: Vec<(usize, &str)> = words(head).filter(|(_, word)| *word != "|").collect();
        let mut allowed = Vec::new();
        for line in lines {
            let row = line.split_whitespace().next().unwrap_or_default();
            for (at, mark) in words(line).skip(1).filter(|(_, mark)| *mark != "|") {
                let column = columns
                    .iter()
                    .find(|(from, name)| (*from..from + name.len().max(2)).contains(&at));
                let (_, column) = column.unwrap_or_else(|| panic!("{row}: a mark under nothing"));
                assert!(mark == "x" || *column == row, "{row}: {mark} under {column}");
                allowed.push((row.to_owned(), (*column).to_owned()));
            }
        }
        Self { rooms: columns.into_iter().map(|(_, name)| name.to_owned()).collect(), allowed }
    }

    pub fn knows(&self, room: &str) -> bool {
        self.rooms.iter().any(|known| known == room)
    }

    fn may(&self, room: &str, other: &str) -> bool {
        self.allowed.iter().any(|(from, to)| from == room && to == other)
    }
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace().map(move |word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

/// Faults against the table of rooms.
pub fn rooms(code: &Code, table: &Table) -> Vec<String> {
    let Some(room) = code.room(1).filter(|room| table.knows(room)) else { return Vec::new() };
    let used = paths(code).into_iter().filter_map(|(line, path)| {
        let other = path.first()?.clone();
        (table.knows(&other) && !table.may(room, &other)).then_some((line, other))
    });
    used.map(|(line, other)| code.fault(line, &format!("{room} may not use {other}"))).collect()
}

type Walls<'a> = &'a [(&'a str, &'a [&'a str])];

/// Faults against the walls inside `sim`.
pub fn walls(code: &Code, only: Walls<'_>, never: Walls<'_>) -> Vec<String> {
    let Some(room) = code.room(2) else { return Vec::new() };
    let (only, never) = (others(only, room), others(never, room));
    let mut faults = Vec::new();
    for (line, path) in paths(code) {
        let [first, other, ..] = &path[..] else { continue };
        // `crate::sim::World` and the like are re-exports; modules are lower case.
        let is_module = other.starts_with(|c: char| c.is_ascii_lowercase());
        if first != "sim" || other == room {
            continue;
        }
        let other = match other.as_str() {
            "World" => "world",
            name if is_module => name,
            _ => continue,
        };
        if only.is_some_and(|only| !only.contains(&other)) {
            faults.push(code.fault(line, &format!("{room} may not use {other}: see ONLY")));
        }
        if never.is_some_and(|never| never.contains(&other)) {
            faults.push(code.fault(line, &format!("{room} never uses {other}: see NEVER")));
        }
    }
    faults
}

/// The line of a table that speaks of this room.
fn others<'a>(walls: Walls<'a>, room: &str) -> Option<&'a [&'a str]> {
    walls.iter().find(|(name, _)| *name == room).map(|(_, others)| *others)
}

/// Every path in the file that begins with `crate`, `super` or `self`, without that beginning, each
/// from the crate's root, with its line.
pub fn paths(code: &Code) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate", "super", "self"] {
        for (at, _) in code.bare.match_indices(start) {
            let follows_path = code.bare[..at].ends_with("::");
            if !follows_path && is_word(&code.bare, at, start) {
                let line = code.bare[..at].matches('\n').count();
                let within = inline_modules(&code.bare[..at]);
                for tail in expand(&code.bare[at..]) {
                    let path = resolve(&code.path, within, &tail);
                    found.extend(path.map(|path| (line, path)));
                }
            }
        }
    }
    found
}

/// How many `mod name {` are open at the end of this text.
fn inline_modules(before: &str) -> usize {
    let mut open = Vec::new();
    for line in before.lines() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let declares = trimmed.starts_with("mod ") || trimmed.starts_with("pub mod ");
        if declares && trimmed.ends_with('{') {
            open.push(indent);
        } else if trimmed.starts_with('}') && open.last() == Some(&indent) {
            open.pop();
        }
    }
    open.len()
}

/// The paths that this text begins with: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(text: &str) -> Vec<Vec<String>> {
    let name_end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let Some(rest) = rest.strip_prefix("::") else { return vec![vec![name.to_owned()]] };
    let tails = match rest.strip_prefix('{') {
        Some(group) => items(group).into_iter().flat_map(|item| expand(item.trim())).collect(),
        None => expand(rest),
    };
    let prepend = |mut tail: Vec<String>| {
        tail.insert(0, name.to_owned());
        tail
    };
    tails.into_iter().map(prepend).collect()
}

/// The items of a group up to its closing brace.
fn items(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut items) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&group[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    items.into_iter().filter(|item| !item.trim().is_empty()).collect()
}

/// From the crate's root, as seen from a file; none for what leads out of the crate.
fn resolve(file: &str, within: usize, path: &[String]) -> Option<Vec<String>> {
    let inside = file.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib" || last == "main") {
        module.pop();
    }
    module.extend((0..within).map(|_| "(inline)".to_owned()));
    for (index, part) in path.iter().enumerate() {
        match part.as_str() {
            "crate" if index == 0 => module.clear(),
            "self" => {}
            "super" => {
                module.pop()?;
            }
            name => module.push(name.to_owned()),
        }
    }
    Some(module)
}
