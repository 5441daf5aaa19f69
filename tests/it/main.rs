//! The one native test binary.

mod golden;
mod legend;
mod pictures;
