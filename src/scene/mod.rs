//! THE PICTURE. What a moment looks like: a display list made of shapes and meanings.
//! Who may knock: `stage` to paint it, `ui` to ask for it, tests and slides through [`svg`].
//! Never here: a colour, a browser, or a decision about what happens.

pub mod draft;
pub mod geometry;
pub mod glyph;
pub mod ink;
pub mod item;
pub mod letter;
pub mod svg;
