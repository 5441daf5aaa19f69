//! THE PANELS. The page around the picture: what is chosen, what can be done, what is said.
//! Who may knock: `main`, to mount it; tests, to render it.
//! Never here: how Kafka works, how a glyph looks, or a word of any language.

pub mod about;
pub mod add;
pub mod app; // the page grid
pub mod begin; // the opening
pub mod config_row;
pub mod configs;
pub mod deeds; // what one can do
pub mod desk; // what every panel has at hand
pub mod dialog; // what lies over the side panel
pub mod drawing; // the picture and what lies over it
pub mod drop; // files that are dropped
pub mod entity;
pub mod events;
pub mod files; // scenario files
pub mod handle; // the only door to the session
pub mod header;
pub mod help;
pub mod hotspots; // the picture for the keyboard
pub mod hud; // what panels show, in slices
pub mod inspector;
pub mod keyboard; // what keys do
pub mod keys; // one table
pub mod kit; // the controls
pub mod later; // the second part
pub mod ledger;
pub mod looker; // who looks, and from where
pub mod narration;
pub mod notice;
pub mod open;
pub mod overview;
pub mod paces;
pub mod panels; // what the side panel shows, in slices
pub mod page; // the document around it
pub mod scenario_file; // from a file to a session
pub mod sheet; // facts about one thing
pub mod side; // the side panel
pub mod signs; // the legend
pub mod state; // what the page remembers
pub mod store; // what the browser keeps
pub mod submit; // commands and refusals
pub mod tape; // what is rescued from a wreck
pub mod telling; // what is worth saying
pub mod tools; // the right of the head
pub mod thumb; // tabs on a phone
pub mod tooltip;
pub mod transport;
pub mod wreck; // when it breaks down

/// Mounts the page into the element `app`, or into the body where there is none.
pub fn mount() {
    wreck::prepare();
    match begin::begin(&store::address()) {
        Ok(props) => {
            match page::element("app") {
                Some(root) => yew::Renderer::<app::App>::with_root_and_props(root, props).render(),
                None => yew::Renderer::<app::App>::with_props(props).render(),
            };
        }
        Err(flaw) => page::fail(&flaw.place),
    }
}
