//! Planted offenders: each rule goes red on the smallest text that breaks it, and only on that.

use super::code::Code;
use super::simplified::remarks;
use super::uses::{Table, rooms, walls};
use super::{BANNED_IN_SIM, NAMELESS, NEVER, ONLY, ROOMS, rules};

#[track_caller]
fn red(faults: Vec<String>, expected: &str) {
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].contains(expected), "{}", faults[0]);
}

#[track_caller]
fn green(faults: Vec<String>) {
    assert_eq!(faults, [""; 0]);
}

#[test]
fn rooms_are_told_apart() {
    let table = Table::parse(ROOMS);
    let check = |path: &str, text: &str| rooms(&Code::new(path, text), &table);
    red(check("src/sim/time.rs", "use crate::scene::Scene;"), "src/sim/time.rs:1: sim may not");
    red(check("src/sim/time.rs", "\nuse super::super::ui::App;"), "src/sim/time.rs:2: sim may not");
    red(check("src/stage/pen.rs", "use crate::{scene::Scene, sim::World};"), "may not use sim");
    red(check("src/lens/mod.rs", "use crate::ui::app;"), "lens may not use ui");
    red(check("src/scene/hit.rs", "fn f() { crate::export::cli(x) }"), "may not use export");
    red(check("src/sim/mod.rs", "mod tests {\n    use super::super::ui;\n}"), "may not use ui");
    green(check("src/sim/mod.rs", "mod tests {\n    use super::*;\n    use super::ui;\n}"));
    green(check("src/sim/time.rs", "// use crate::scene::Scene;\nlet a = \"crate::ui\";"));
    green(check("src/stage/pen.rs", "use crate::scene::{item::Scene, geometry::Point};"));
    green(check("src/ui/mod.rs", "use crate::{sim, session, stage};"));
}

#[test]
fn walls_are_told_apart() {
    let check = |path: &str, text: &str| walls(&Code::new(path, text), ONLY, NEVER);
    red(check("src/sim/broker/mod.rs", "use super::client::Client;"), "broker never uses client");
    red(
        check("src/sim/client/producer.rs", "use crate::sim::{id, broker::X};"),
        "never uses broker",
    );
    red(check("src/sim/controller/mod.rs", "use crate::sim::World;"), "never uses world");
    red(check("src/sim/wire/fetch.rs", "use crate::sim::config::X;"), "wire may not use config");
    red(check("src/sim/log/mod.rs", "use super::broker;"), "log may not use broker");
    green(check(
        "src/sim/wire/fetch.rs",
        "use super::{ErrorCode, Record};\nuse crate::sim::id::X;",
    ));
    green(check("src/sim/world.rs", "use super::{broker::Broker, client::Client};"));
    green(check("src/sim/client/mod.rs", "use super::effect::{Ctx, Order};"));
}

#[test]
fn determinism_is_watched() {
    let banned = |text: &str| rules::banned(&Code::new("src/sim/x.rs", text), BANNED_IN_SIM);
    red(banned("let a: f64 = b;"), "f64: no floats");
    red(banned("let a: BTreeMap<u8, HashMap<u8, u8>>;"), "HashMap");
    red(banned("use std::time::Duration;"), "std::time");
    green(banned("// f64\nlet buf64 = \"HashMap\";"));
    green(banned("let a = 1;\n#[cfg(test)]\nmod tests { let a: f64; }"));

    let float = |text: &str| rules::float_literals(&Code::new("src/sim/x.rs", text));
    red(float("let a = 0.5;"), "a float");
    red(float("let a = 1_000.25e3;"), "a float");
    green(float("let a = pair.0.1; for i in 0..5 {} let b = 1.max(2);"));

    let stored = |text: &str| rules::stored_usize(&Code::new("src/sim/x.rs", text));
    red(
        stored("#[derive(Clone, Debug)]\npub struct A {\n    b: Vec<usize>,\n}"),
        "x.rs:3: a stored",
    );
    red(stored("#[derive(Clone)]\nstruct A(usize);"), "a stored usize");
    red(stored("#[derive(Clone)]\nenum A {\n    B { c: usize },\n}"), "a stored usize");
    green(stored("struct A {\n    b: usize,\n}"));
    green(stored("#[derive(Clone)]\nstruct A {\n    b: u32,\n}\nfn f(b: usize) {}"));
}

#[test]
fn length_is_watched() {
    let code = |text: &str| Code::new("src/x.rs", text);
    red(rules::long(&code("a\nb\nc"), 3), "3 lines");
    green(rules::long(&code("a\nb"), 3));
    red(rules::wide(&code("é\nabcd"), 3), "x.rs:2: wider than 3");
    green(rules::wide(&code("ééé"), 3));
    red(rules::long_functions(&code("pub(super) const fn f() {\n    a\n}"), 3), "of 3 lines");
    red(
        rules::long_functions(&code("impl A {\n    fn f() {\n        a\n    }\n}"), 3),
        ":2: a func",
    );
    green(rules::long_functions(&code("fn f() {\n}\nfn g();\nlet fnord = 1;\n"), 3));
}

#[test]
fn openings_and_signs_are_read() {
    red(rules::opening(&Code::new("src/x.rs", "use a;")), "without a `//!` sentence");
    red(rules::opening(&Code::new("src/x.rs", "//! x")), "without a `//!` sentence");
    green(rules::opening(&Code::new("src/x.rs", "//! What it is for.\nuse a;")));

    let sign = |text: &str| rules::door_sign(&Code::new("src/a/mod.rs", text));
    red(sign("//! Lives.\n//! Who may knock: all.\n\n// Never here"), "lacks `Never here`");
    green(sign("//! Lives.\n//! Who may knock: all. Never here: x."));
    green(rules::door_sign(&Code::new("src/a/b.rs", "")));
}

#[test]
fn nameless_things_are_found() {
    let check = |path: &str, text: &str| rules::nameless(&Code::new(path, text), NAMELESS);
    red(check("src/sim/utils.rs", ""), "a file without a noun");
    red(check("src/helpers/mod.rs", ""), "a file without a noun");
    red(check("src/topic_manager.rs", ""), "a file without a noun");
    red(check("src/x.rs", "pub struct BrokerInfo {"), "BrokerInfo: a type without a noun");
    green(check("src/metadata.rs", "struct Metadata; impl Data for X {}"));
}

#[test]
fn prose_is_found_in_panels() {
    let check = |text: &str| rules::prose(&Code::new("src/ui/x.rs", text));
    red(check("html! { <b>{ \"Save\" }</b> }"), "prose in code: \"Save\"");
    red(check("<button aria-label=\"Close\">"), "Close");
    red(check("<input placeholder={\"your name\"} />"), "your name");
    green(check("<b class=\"strong\">{ words.ui_save() }</b>"));
    green(check("<b>{ \"×\" }</b>"));
    green(check("let class = if open { \"open\" } else { \"shut\" };"));
    green(check("match a { 1 => { \"one\" } }"));
}

#[test]
fn comments_and_strings_are_blanked() {
    let bare = |text: &str| Code::new("x", text).bare;
    assert_eq!(bare("a // b\nc"), "a     \nc");
    assert_eq!(bare("a /* b\n */ c"), "a     \n    c");
    assert_eq!(bare(r#"f("a\"b", 'x', '\'', 'a)"#), r#"f("    ", ' ', '  ', 'a)"#);
    assert_eq!(bare("r#\"a\"b\"# c \"d\""), "r      # c \" \"");
    assert_eq!(bare("for\"x\""), "for\" \"");
}

#[test]
fn remarks_are_collected() {
    let text = "
        // Simplified: one request
        // at a time.
        let a = 1; // Simplified: two
        /// Walks. Simplified: three.
        ///
        /// Not this.
        // Simplified: four
        // Simplified: five
        // Simplified: a.b=c is off.
        code(\"no comment\");
    ";
    assert_eq!(
        remarks(text),
        ["One request at a time.", "Two", "Three.", "Four", "Five", "a.b=c is off."]
    );
}
