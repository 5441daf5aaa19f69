//! THE LENS. The running picture, all that the page needs to open: a session that plays, somebody
//! who looks at it, and the canvas; the panels come after it and take it over as it runs.
//! Who may knock: `ui`, which mounts it and listens.
//! Never here: Yew or a panel. What is reached from here is in the page's first download.

pub mod begin; // the opening
pub mod document; // what is around the picture
pub mod drop; // files that are dropped
pub mod handle; // the only door to the session
pub mod look; // what the picture needs to know of the page
pub mod looker; // who looks, and from where
pub mod picture; // what runs
pub mod store; // what the browser keeps
pub mod tape; // what is rescued from a wreck
pub mod waiting; // in the place of the panels
pub mod wreck; // when it breaks down

pub use self::picture::{Lens, News};

/// Opens the page on the running picture.
pub fn open() -> Lens {
    wreck::prepare();
    let lens = begin::begin(&store::address());
    lens.run();
    lens
}
