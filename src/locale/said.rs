//! Puts arguments into the templates that the build wrote.

use super::Lang;
use super::words::Texts;

/// An argument of a message.
#[derive(Clone, Copy)]
pub(super) enum Arg<'a> {
    /// Words.
    Text(&'a str),
    /// A count or size, written with thousands separators.
    Number(i64),
    /// An offset, epoch or port, written bare.
    Id(i64),
}

/// A sentence in which there is nothing to choose.
pub(super) fn said(lang: Lang, templates: &Texts, args: &[Arg<'_>]) -> String {
    let mut said = Said::new(lang, args);
    said.push(templates.of(lang));
    said.done()
}

/// A sentence in the making.
pub(super) struct Said<'a> {
    lang: Lang,
    args: &'a [Arg<'a>],
    out: String,
}

impl<'a> Said<'a> {
    pub(super) const fn new(lang: Lang, args: &'a [Arg<'a>]) -> Self {
        Self { lang, args, out: String::new() }
    }

    /// Adds a template, in which the characters from U+0010 on stand for the arguments.
    pub(super) fn push(&mut self, template: &str) {
        const FIRST: char = '\u{10}';
        const LAST: char = '\u{1f}';
        for part in template.split_inclusive(|c| (FIRST..=LAST).contains(&c)) {
            let mut chars = part.chars();
            match chars.next_back() {
                Some(hole @ FIRST..=LAST) => {
                    self.out.push_str(chars.as_str());
                    let index = hole as usize - FIRST as usize;
                    self.arg(self.args.get(index).copied());
                }
                _ => self.out.push_str(part),
            }
        }
    }

    fn arg(&mut self, arg: Option<Arg<'_>>) {
        match arg {
            None => {}
            Some(Arg::Text(text)) => self.out.push_str(text),
            Some(Arg::Number(number)) => self.lang.push_number(&mut self.out, number),
            Some(Arg::Id(id)) => super::numbers::push_bare(&mut self.out, id),
        }
    }

    pub(super) fn done(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_the_holes() {
        let args = [Arg::Text("b\u{11}"), Arg::Number(12_345), Arg::Id(-12_345)];
        let mut said = Said::new(Lang::En, &args);
        said.push("\u{10} has ");
        said.push("\u{11}, \u{12}\u{13}.");
        assert_eq!(said.done(), "b\u{11} has 12,345, -12345.");
    }
}
