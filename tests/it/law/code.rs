//! A file as the law reads it: as it is, and with comments and the insides of strings blanked.

/// One Rust file.
pub struct Code {
    /// From the root of the repository.
    pub path: String,
    pub text: String,
    /// As `text`, with spaces for comments and for what is between quotes.
    pub bare: String,
}

impl Code {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), bare: bare(text) }
    }

    /// A fault in line `line`, counted from 0.
    pub fn fault(&self, line: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path, line + 1)
    }

    /// The bare lines before the unit tests at the end of the file.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.bare.find("#[cfg(test)]\nmod tests").unwrap_or(self.bare.len());
        self.bare[..end].lines().enumerate()
    }

    /// `broker` for `src/sim/broker/fetch.rs` with `depth` 2; files count as rooms, too.
    pub fn room(&self, depth: usize) -> Option<&str> {
        self.path.split('/').nth(depth).map(|part| part.strip_suffix(".rs").unwrap_or(part))
    }
}

/// Whether `word` stands at `at` in `line` as a word of its own.
pub fn is_word(line: &str, at: usize, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let before = line[..at].chars().next_back().is_none_or(|c| !in_name(c));
    let after = line[at + word.len()..].chars().next().is_none_or(|c| !in_name(c));
    before && after
}

fn bare(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => find(&chars, at, |i| chars[i] == '\n'),
            ('/', Some('*')) => {
                find(&chars, at + 2, |i| chars[i] == '*' && chars.get(i + 1) == Some(&'/')) + 2
            }
            ('r', Some('"' | '#')) if !in_name(&chars, at) => match raw_string(&chars, at) {
                Some(end) => end,
                None => at,
            },
            ('"', _) => string(&chars, at),
            ('\'', _) => character(&chars, at),
            _ => at,
        };
        let end = end.min(chars.len());
        if end == at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        // Quotes stay, so that one still sees that something was there.
        let comment = chars[at] == '/';
        for (index, &c) in chars[at..end].iter().enumerate() {
            let quote = !comment && (index == 0 || at + index + 1 == end);
            out.push(if c == '\n' || quote { c } else { ' ' });
        }
        at = end;
    }
    out
}

fn find(chars: &[char], from: usize, stop: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|&i| stop(i)).unwrap_or(chars.len())
}

fn in_name(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

/// The end of a string that begins at `at`.
fn string(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn raw_string(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |i: usize| {
        chars[i] == '"'
            && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    Some(find(chars, open + 1, closes) + 1 + hashes)
}

/// The end of a character literal, or `at` for a lifetime.
fn character(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => find(chars, at + 3, |i| chars[i] == '\'') + 1,
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}
