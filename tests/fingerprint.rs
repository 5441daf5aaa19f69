//! The same scenario and commands give the same bytes natively and in wasm (Node mode).

use kafkascope::sim::command::ConfigTarget;
use kafkascope::sim::id::BrokerId;
use kafkascope::sim::{Command, Node, Scenario, Span, Stamped, Time, World};

/// FNV-1a over the postcard bytes of everything that 20 s of the opening told, with a crash, a
/// config change and a restart on the way. When the engine changes, so does this: take the number
/// that the failure prints, natively and in wasm alike.
const FINGERPRINT: u64 = 0xbce5_b893_c887_fbad;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn native_and_wasm_give_the_same_bytes() {
    let found = fingerprint();
    assert_eq!(found, FINGERPRINT, "the fingerprint is now {found:#018x}");
}

/// One thing done differently gives another fingerprint: it does look at what happens.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn another_seed_gives_other_bytes() {
    let mut scenario = opening();
    scenario.seed += 1;
    assert_ne!(run(&scenario), run(&opening()));
}

fn opening() -> Scenario {
    Scenario::opening("orders", ["checkout", "web-app"], "billing")
}

fn fingerprint() -> u64 {
    run(&opening())
}

#[allow(clippy::expect_used, reason = "a test may panic")]
fn run(scenario: &Scenario) -> u64 {
    let mut world = World::new(scenario).expect("the opening is valid");
    let mut log: Vec<Stamped> = Vec::new();
    let leader = Node::Broker(BrokerId(1));
    let producer = world.client_named("checkout").expect("the opening has it");
    let set = Command::SetConfig {
        target: ConfigTarget::Client(producer),
        name: "acks".into(),
        value: "1".into(),
    };
    let script = [(8, set), (9, Command::Crash(leader)), (14, Command::Start(leader))];
    for (at, command) in script {
        world.run_until(Time::ZERO + Span::secs(at), &mut log);
        world.submit(&command, &mut log).expect("the script is possible");
    }
    world.run_until(Time::ZERO + Span::secs(20), &mut log);
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for stamped in &log {
        for byte in postcard::to_allocvec(stamped).expect("events can be written") {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
