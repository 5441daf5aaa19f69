//! The one native test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod cluster;
mod golden;
mod law;
mod legend;
mod pictures;
mod words;
