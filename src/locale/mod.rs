//! THE TONGUE. Every word a person reads, in every language, as typed functions; and numbers.
//! Who may knock: `ui`, and whoever tells a person something.
//! Never here: what happened (that is `sim`), and where it is shown.
//!
//! The words are in `locales/<language>/*.ftl`; `build.rs` checks them and writes one function per
//! message (`build/tongue` says what such a file may hold). A third language is a folder there, a
//! variant of [`Lang`] and its lines in this room: the compiler names them.

mod command;
mod names;
mod numbers;
mod problem;
mod refusal;
mod rich;
mod said;
mod tell;

use serde::{Deserialize, Serialize};

pub use names::Names;
pub use rich::rich;
use said::{Arg, Said, said};
use words::Texts;

mod words {
    //! What `build.rs` wrote.
    use super::{Arg, Entry, Lang, Said, Words, said};
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

/// A language that the whole page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lang {
    /// Brazilian Portuguese.
    PtBr,
    /// English.
    En,
}

impl Lang {
    /// All of them, in the order in which a choice shows them.
    pub const ALL: [Self; 2] = [Self::PtBr, Self::En];

    /// The BCP 47 tag, for the page's `lang` attribute, links and storage.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
        }
    }

    /// The language of a tag such as a browser's preference: `pt`, `pt-PT` and `pt-BR` are one.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split(['-', '_']).next().map(str::to_ascii_lowercase);
        Self::ALL.into_iter().find(|lang| primary(lang.tag()) == primary(tag))
    }

    /// Whether a count takes the plural form `one` (CLDR: Portuguese counts zero among it).
    const fn is_one(self, count: i64) -> bool {
        match self {
            Self::PtBr => count.unsigned_abs() <= 1,
            Self::En => count.unsigned_abs() == 1,
        }
    }
}

/// Speaks one language: a method per message, and numbers with their units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(pub Lang);

/// A line of a list: of the configs or of the glossary.
struct Entry {
    key: &'static str,
    name: Texts,
    text: Texts,
}

/// A word of Kafka and its meaning, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The same in every language: `high-watermark`.
    pub key: &'static str,
    /// How it is called here.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

impl Words {
    /// What a config does, in one sentence; `name` is Kafka's: `min.insync.replicas`.
    pub fn config(self, name: &str) -> Option<&'static str> {
        words::CONFIGS.iter().find(|entry| entry.key == name).map(|entry| entry.text.of(self.0))
    }

    /// The glossary, in alphabetical order of its keys.
    pub fn glossary(self) -> impl Iterator<Item = Term> {
        words::GLOSSARY.iter().map(move |entry| {
            let (name, meaning) = (entry.name.of(self.0), entry.text.of(self.0));
            Term { key: entry.key, name, meaning }
        })
    }

    /// One term of the glossary.
    pub fn term(self, key: &str) -> Option<Term> {
        self.glossary().find(|term| term.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_find_their_language() {
        for lang in Lang::ALL {
            assert_eq!(Lang::from_tag(lang.tag()), Some(lang));
        }
        assert_eq!(Lang::from_tag("pt"), Some(Lang::PtBr));
        assert_eq!(Lang::from_tag("EN-us"), Some(Lang::En));
        assert_eq!(Lang::from_tag("en_GB.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr"), None);
        assert_eq!(Lang::from_tag(""), None);
    }

    #[test]
    fn plural_forms_follow_the_language() {
        let one = |lang: Lang| [-1, 0, 1, 2, i64::MIN].map(|count| lang.is_one(count));
        assert_eq!(one(Lang::PtBr), [true, true, true, false, false]);
        assert_eq!(one(Lang::En), [true, false, true, false, false]);
    }
}
