//! A button: a word, a sign, or both.

use yew::prelude::*;

use super::{Sign, icon};
use crate::ui::desk::Press;

/// A button in the making.
pub struct Button {
    label: AttrValue,
    press: Press,
    sign: Option<Sign>,
    bare: bool,
    class: &'static str,
    hint: Option<&'static str>,
    pressed: Option<bool>,
    expanded: Option<bool>,
    disabled: bool,
    id: Option<&'static str>,
}

/// What a flag says to those who listen.
pub fn told(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

impl Button {
    /// A button that shows its name.
    pub fn new(label: impl Into<AttrValue>, press: Press) -> Self {
        Self {
            label: label.into(),
            press,
            sign: None,
            bare: false,
            class: "",
            hint: None,
            pressed: None,
            expanded: None,
            disabled: false,
            id: None,
        }
    }

    /// A button that shows a sign alone; its name is told, and shown as a hint.
    pub fn bare(sign: Sign, label: impl Into<AttrValue>, press: Press) -> Self {
        Self { bare: true, ..Self::new(label, press).sign(sign) }
    }

    /// A sign before the name.
    pub fn sign(self, sign: Sign) -> Self {
        Self { sign: Some(sign), ..self }
    }

    /// How it looks: `strong`, `round`, `quiet`, `bad`.
    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    /// More about it, on hover.
    pub fn hint(self, hint: Option<&'static str>) -> Self {
        Self { hint, ..self }
    }

    /// Whether it is held down.
    pub fn pressed(self, pressed: bool) -> Self {
        Self { pressed: Some(pressed), ..self }
    }

    /// Whether what it opens is open.
    pub fn expanded(self, expanded: bool) -> Self {
        Self { expanded: Some(expanded), ..self }
    }

    /// Whether it can be pressed now.
    pub fn enabled(self, enabled: bool) -> Self {
        Self { disabled: !enabled, ..self }
    }

    /// For tests and tours.
    pub fn id(self, id: &'static str) -> Self {
        Self { id: Some(id), ..self }
    }

    /// The button itself.
    pub fn html(self) -> Html {
        let name = self.bare.then(|| self.label.clone());
        let hint = self.hint.map(AttrValue::from).or_else(|| name.clone());
        let class = [if self.bare { "button bare " } else { "button " }, self.class].concat();
        html! {
            <button type="button" {class} onclick={self.press} title={hint} id={self.id}
                disabled={self.disabled} aria-label={name} aria-pressed={self.pressed.map(told)}
                aria-expanded={self.expanded.map(told)}>
                { self.sign.map(icon).unwrap_or_default() }
                if !self.bare {
                    <span>{ self.label }</span>
                }
            </button>
        }
    }
}
