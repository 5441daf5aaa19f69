//! Plays a scenario file natively and prints its transcript.

fn main() {}
