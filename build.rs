//! Turns `locales/*/*.ftl` into typed Rust functions before the crate is compiled.

#[path = "build/tongue/mod.rs"]
mod tongue;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=locales");
    // The tool that cuts the wasm in two follows the linker's relocations.
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let sources = tongue::read(Path::new("locales"))?;
    match tongue::generate(&sources) {
        Ok(code) => {
            let out = env::var_os("OUT_DIR").ok_or("cargo gave no OUT_DIR")?;
            fs::write(Path::new(&out).join("words.rs"), code)?;
        }
        // Cargo fails the build for each of these lines.
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
    Ok(())
}
