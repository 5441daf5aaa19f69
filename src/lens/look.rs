//! What the picture needs to know of the page: its language and theme, what is chosen, whether
//! things may fly.

use super::document;
use super::store::{self, key, wish};
use crate::locale::{Lang, Words};
use crate::scene::view::Entity;

/// How the page is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// White paper.
    Light,
    /// Black paper.
    Dark,
    /// Black on white, for a lecture hall.
    Projector,
}

impl Theme {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Projector];

    /// The value of `data-theme`; none for the system's.
    pub const fn tag(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::Projector => Some("projector"),
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.tag() == Some(tag))
    }
}

/// How the picture is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The language it speaks.
    pub lang: Lang,
    /// Its colours.
    pub theme: Theme,
    /// What is chosen in it.
    pub chosen: Option<Entity>,
    /// Whether the address asks for stillness, whatever the screen prefers.
    pub still: bool,
    /// Whether the screen prefers it.
    pub calm: bool,
}

impl Look {
    /// What the address, the storage and the browser ask for. What index.html says before anything
    /// is painted is the same.
    pub fn wished(address: &str) -> Self {
        let lang = wish(address, "lang")
            .and_then(Lang::from_tag)
            .or_else(|| store::get(key::LANG).and_then(|tag| Lang::from_tag(&tag)))
            .or_else(|| document::wanted_languages().iter().find_map(|tag| Lang::from_tag(tag)));
        let theme = wish(address, "theme")
            .and_then(Theme::from_tag)
            .or_else(|| store::get(key::THEME).and_then(|tag| Theme::from_tag(&tag)));
        Self {
            lang: lang.unwrap_or(Lang::PtBr),
            theme: theme.unwrap_or(Theme::System),
            chosen: None,
            still: wish(address, "motion") == Some("steps"),
            calm: document::prefers(document::CALM),
        }
    }

    /// Speaks the page's language.
    pub const fn words(&self) -> Words {
        Words(self.lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides() {
        let look = Look::wished("?lang=en&theme=dark&motion=steps");
        assert_eq!((look.lang, look.theme, look.still), (Lang::En, Theme::Dark, true));
        let nothing = Look::wished("?lang=xx&theme=pink");
        assert_eq!((nothing.lang, nothing.theme), (Lang::PtBr, Theme::System));
    }
}
