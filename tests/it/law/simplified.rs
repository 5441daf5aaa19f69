//! Collects the `Simplified:` remarks into the page "What is not modelled".

use super::code::Code;
use std::fmt::Write;

const MARK: &str = "Simplified:";

const HEAD: &str = "# What is not modelled

Kafkascope runs Kafka's own protocol, message by message, but it is a model. Here is what it leaves out or does more simply than Apache
Kafka does, as the source says it where it happens. This page is written from those remarks
(`UPDATE_EXPECT=1 cargo test --no-default-features simplified`); `tests/it/law` sees to it that none is missing.
";

/// The page, by file.
pub fn page(files: &[Code]) -> String {
    let mut page = HEAD.to_owned();
    for code in files {
        let remarks = remarks(&code.text);
        if !remarks.is_empty() {
            let _ = writeln!(page, "\n## `{}`\n", code.path);
            for remark in remarks {
                let _ = writeln!(page, "- {remark}");
            }
        }
    }
    page
}

/// Each remark goes from its mark to the end of its paragraph of comment.
pub fn remarks(text: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines().chain([""]) {
        let comment = comment(line);
        let (before, after) = match comment.and_then(|comment| comment.split_once(MARK)) {
            Some((before, after)) => (Some(before), Some(after)),
            None => (comment, None),
        };
        if let Some(remark) = open.as_mut() {
            match before.map(str::trim).filter(|words| !words.is_empty()) {
                Some(words) => {
                    remark.push(' ');
                    remark.push_str(words);
                }
                None => remarks.extend(open.take()),
            }
        }
        if let Some(after) = after {
            remarks.extend(open.take());
            open = Some(after.trim().to_owned());
        }
        // A comment behind code ends with its line.
        if !line.trim_start().starts_with("//") {
            remarks.extend(open.take());
        }
    }
    remarks.into_iter().map(|remark| sentence(&remark)).collect()
}

fn comment(line: &str) -> Option<&str> {
    let at = line.find("//")?;
    Some(line[at..].trim_start_matches(['/', '!']))
}

/// A capital at the beginning, unless it is code.
fn sentence(remark: &str) -> String {
    let first = remark.split_whitespace().next().unwrap_or_default();
    if first.trim_end_matches(['.', ',']).contains(['.', '_', '=', '(', '`']) {
        return remark.to_owned();
    }
    let mut chars = remark.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
