//! Plays a scenario file natively and prints its transcript, or the final state as JSON.
//!
//! `cargo run --no-default-features --example play -- FILE` prints one aligned line an event;
//! `--help` tells the rest: what a file may say, and what the state holds.

mod cli;
mod read;
mod run;
mod state;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let code = cli::cli(std::env::args().skip(1), &mut out, &mut io::stderr().lock());
    let _ = out.flush();
    ExitCode::from(code)
}
