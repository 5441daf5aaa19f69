//! THE PANELS. The page around the running picture: what is chosen, what can be done, what is said.
//! Who may knock: `main`, to mount it; tests, to render it.
//! Never here: how Kafka works, how a glyph looks, or a word of any language.

pub mod about;
pub mod add;
pub mod address; // a link to what is on screen
pub mod app; // the page grid
mod arrival; // sessions from outside
mod application; // what a consuming application can be told
pub mod config_row;
pub mod configs;
pub mod deeds; // what one can do
pub mod desk; // what every panel has at hand
pub mod dialog; // what lies over the side panel
pub mod drawing; // what lies over the picture
pub mod entity;
pub mod events;
pub mod figures; // bands and curves
pub mod files; // scenario files
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
mod lessons; // scenario files of the page itself
mod log_life; // segments, and what is done about old records
pub mod narration;
pub mod notice;
pub mod open;
pub mod overview;
pub mod paces;
pub mod panels; // what the side panel shows, in slices
mod promises; // what became of them, record by record
pub mod page; // focus and screen
pub mod reasons; // a chain of causes in words
pub mod scenario_file; // from a file to a session
mod share; // a link, its picture, a file
mod schedule; // what is done later
pub mod sheet; // facts about one thing
pub mod side; // the side panel
pub mod signs; // the legend
pub mod state; // what the page remembers
pub mod submit; // commands and refusals
pub mod switchboard; // at most once, at least once
pub mod telling; // what is worth saying
pub mod time; // the scrubber and branches
pub mod tools; // the right of the head
pub mod thumb; // tabs on a phone
pub mod tooltip;
pub mod transport;
mod view; // how links say what one looks at
pub mod why; // the chain of causes of a record

use crate::lens;

/// Opens the page: first the running picture, then the panels around it.
pub fn mount() {
    later::bring(lens::open());
}
