//! Scenes against the pictures in `tests/pictures`: open one in a browser to see what it shows.

use std::path::PathBuf;

use kafkascope::scene::item::Scene;
use kafkascope::scene::svg::svg;

use crate::legend::legend;

const STYLE: &str = concat!(
    include_str!("../../styles/ink.css"),
    ":root{--sans:'Atkinson Hyperlegible Next',sans-serif;\
     --mono:'Atkinson Hyperlegible Mono',monospace}"
);

/// Compares a scene with its picture; with `UPDATE_EXPECT` set it becomes the picture.
fn check(name: &str, scene: &Scene) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pictures")
        .join(name)
        .with_extension("svg");
    let seen = svg(scene, STYLE);
    #[allow(clippy::disallowed_methods, reason = "how a test is run, not what it checks")]
    if std::env::var("UPDATE_EXPECT").is_ok() {
        std::fs::write(&path, &seen).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if seen != expected {
        let line = seen.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
        panic!(
            "{} differs from its picture at line {}:\n  seen     {:?}\n  expected {:?}\n\
             Look at it, then run again with UPDATE_EXPECT=1 if it is right.",
            path.display(),
            line + 1,
            seen.lines().nth(line).unwrap_or("(end)"),
            expected.lines().nth(line).unwrap_or("(end)"),
        );
    }
}

#[test]
fn grammar() {
    check("grammar", &legend());
}
