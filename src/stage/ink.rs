//! Ink to colour: reads the tokens of `styles/ink.css`, once a theme.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CssStyleDeclaration, Element, HtmlCanvasElement, MediaQueryList, MutationObserver,
    MutationObserverInit, Window,
};

use crate::scene::ink::Ink;
use crate::scene::item::Face;

/// What the page's theme says: a colour for each ink, a family for each face.
pub struct Palette {
    /// Each as the page's own string: handed over without a copy.
    colours: [JsValue; Ink::ALL.len()],
    families: [String; 2],
}

impl Palette {
    /// Reads the theme as it applies to `canvas`.
    pub fn read(window: &Window, canvas: &HtmlCanvasElement) -> Palette {
        let style = window.get_computed_style(canvas).ok().flatten();
        let token = |name: &str| -> String {
            let value = style.as_ref().and_then(|style| style.get_property_value(name).ok());
            value.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        let colour = |ink: Ink| resolve(canvas, &style, token(ink.token()));
        Palette {
            colours: Ink::ALL.map(|ink| JsValue::from_str(&colour(ink))),
            families: [
                or(token("--sans"), "system-ui, sans-serif"),
                or(token("--mono"), "ui-monospace, monospace"),
            ],
        }
    }

    /// The colour of an ink.
    pub fn colour(&self, ink: Ink) -> &JsValue {
        &self.colours[ink.index()]
    }

    /// The font family of a face.
    pub fn family(&self, face: Face) -> &str {
        match face {
            Face::Sans => &self.families[0],
            Face::Mono => &self.families[1],
        }
    }
}

fn or(value: String, otherwise: &str) -> String {
    if value.is_empty() { otherwise.to_owned() } else { value }
}

/// System colours (forced colours) mean something only to an element: ask one.
fn resolve(
    canvas: &HtmlCanvasElement,
    style: &Option<CssStyleDeclaration>,
    value: String,
) -> String {
    if value.starts_with('#') {
        return value;
    }
    let Some(style) = style else { return or(value, "#000") };
    let own = canvas.style();
    let asked = own.set_property("color", &value).is_ok();
    let answer = style.get_property_value("color").unwrap_or_default();
    if asked && own.remove_property("color").is_err() {
        return or(value, "#000");
    }
    or(answer, "#000")
}

/// Notices when the theme may have changed: by the system, by the page, or by a font arriving.
pub struct ThemeWatch {
    changed: Rc<Cell<bool>>,
    _listeners: Vec<EventListener>,
    _queries: Vec<MediaQueryList>,
    observer: Option<MutationObserver>,
    _noticed: Closure<dyn FnMut()>,
}

impl ThemeWatch {
    /// Starts watching.
    pub fn new(window: &Window) -> ThemeWatch {
        let changed = Rc::new(Cell::new(true));
        let mut listeners = Vec::new();
        let mut queries = Vec::new();
        let media =
            ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];
        for query in media.iter().filter_map(|q| window.match_media(q).ok().flatten()) {
            let flag = changed.clone();
            listeners.push(EventListener::new(&query, "change", move |_| flag.set(true)));
            queries.push(query);
        }
        let document = window.document();
        if let Some(document) = &document {
            let flag = changed.clone();
            let fonts = document.fonts();
            listeners.push(EventListener::new(&fonts, "loadingdone", move |_| flag.set(true)));
        }
        let flag = changed.clone();
        let noticed = Closure::<dyn FnMut()>::new(move || flag.set(true));
        let root = document.and_then(|document| document.document_element());
        let observer = root.and_then(|root| observe(&root, &noticed));
        ThemeWatch {
            changed,
            _listeners: listeners,
            _queries: queries,
            observer,
            _noticed: noticed,
        }
    }

    /// Whether the palette must be read again; asking clears it.
    pub fn changed(&self) -> bool {
        self.changed.replace(false)
    }
}

impl Drop for ThemeWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

fn observe(root: &Element, noticed: &Closure<dyn FnMut()>) -> Option<MutationObserver> {
    let observer = MutationObserver::new(noticed.as_ref().unchecked_ref()).ok()?;
    let what = MutationObserverInit::new();
    what.set_attributes(true);
    observer.observe_with_options(root, &what).ok()?;
    Some(observer)
}
