//! The one native test binary.

mod legend;
mod pictures;
