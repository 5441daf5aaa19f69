//! What lives here: time on the page. The scrubber, its marks, going to a moment, branches.
//! Who may knock: the page and its transport.
//! Never here: how a moment is come by (that is the session's).

mod axis; // which stretch of the tape is shown
pub mod branches; // other futures
mod compare; // two branches beside one another
mod first; // where they first differ
pub mod marks; // what is worth a mark on the tape
mod scrubber; // the slider of time
pub mod seeking; // long ways in slices
pub mod tape; // what the scrubber shows, as a slice
pub mod twins; // both pictures on one clock
pub mod until; // to the moment at which something is so

pub mod vary; // the same with one thing changed

pub use self::axis::MOST_ZOOM;
pub use self::scrubber::scrubber;
pub use self::tape::Tape;
