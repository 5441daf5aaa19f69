//! Links: there and back, cut, changed, forged, old.

use proptest::prelude::*;

use super::*;
use crate::sim::id::{BrokerId, Node};
use crate::sim::scenario::limits;

/// A line of version 1 as it was first written: it opens forever.
const FIRST: &str = include_str!("../../tests/links/v1-opening.txt");

fn command(n: u32) -> Command {
    let node = Node::Broker(BrokerId(1 + n % 3));
    match n % 4 {
        0 => Command::Crash(node),
        1 => Command::Start(node),
        2 => Command::Slow { node, delay: Span::ms(u64::from(n)) },
        _ => Command::HealAll,
    }
}

/// The opening with so many commands, a quarter of a second apart.
fn saved(seed: u64, commands: u32) -> Saved {
    let mut scenario = Scenario::opening("orders", ["app", "shop"], "billing");
    scenario.seed = seed;
    let timed = |n: u32| (Time(8_000_000 + 250_000 * u64::from(n)), command(n));
    let commands = (0..commands).map(timed).collect();
    let at = Time(9_500_000);
    let opened = Time(8_000_000);
    let pace = (seed % 2 == 1).then_some(33_333);
    let chosen = Some(Thing::Broker(BrokerId(2)));
    let view = View { lang: Some("pt-BR".into()), chosen, panel: Panel::Events };
    Saved { scenario, commands, at, playing: false, pace, opened, view }
}

#[test]
fn letters_are_those_of_the_rfc() {
    // RFC 4648, section 10, without padding; the last holds both digits that differ from base64.
    let known: [(&[u8], &str); 6] = [
        (b"", ""),
        (b"f", "Zg"),
        (b"fo", "Zm8"),
        (b"foo", "Zm9v"),
        (b"foobar", "Zm9vYmFy"),
        (&[0xfb, 0xef, 0xff], "--__"),
    ];
    for (plain, text) in known {
        assert_eq!(letters(plain), text);
        assert_eq!(bytes(text).as_deref(), Some(plain));
    }
    for bad in ["Z", "Zh", "Zm9", "Zm+v", "Zg==", "Zmé"] {
        assert_eq!(bytes(bad), None, "{bad}");
    }
}

#[test]
fn an_old_line_opens() {
    assert_eq!(saved(7, 5).write().as_deref(), Ok(FIRST.trim()));
    assert_eq!(Saved::read(FIRST.trim()), Ok(saved(7, 5)));
}

#[test]
fn a_session_is_where_it_was() {
    let mut first = Session::new(saved(3, 0).scenario).unwrap();
    first.open();
    first.submit(Command::Crash(Node::Broker(BrokerId(1)))).unwrap();
    first.run_to(Time(11_000_000));
    first.pause();
    first.set_pace(Pace::Fixed(Ratio::new(0.1)));
    let view = View { chosen: Some(Thing::Group("billing".into())), ..View::default() };
    let text = Saved::of(&first, view.clone()).write().unwrap();
    let read = Saved::read(&text).unwrap();
    let at = read.at;
    assert_eq!(read.view, view);
    let mut second = read.session().unwrap();
    second.run_to(at);
    let world = |session: &Session| format!("{:?}", session.world());
    assert_eq!(world(&first), world(&second));
    assert_eq!((second.opened(), second.clock().pace), (first.opened(), first.clock().pace));
    assert_eq!(Saved::of(&second, view).write().unwrap(), text);
}

#[test]
fn what_is_wrong_is_said() {
    let text = saved(1, 3).write().unwrap();
    assert_eq!(Saved::read(""), Err(Wrong::Broken));
    assert_eq!(Saved::read(&text[..text.len() - 1]), Err(Wrong::Broken));
    assert_eq!(Saved::read(&"A".repeat(LONGEST + 1)), Err(Wrong::Long));
    let content = || bytes(&text).unwrap()[..bytes(&text).unwrap().len() - CHECK].to_vec();
    let mut newer = content();
    newer[0] = 9;
    assert_eq!(Saved::read(&forged(newer)), Err(Wrong::Version(9)));
    let mut longer = content();
    longer.push(0);
    assert_eq!(Saved::read(&forged(longer)), Err(Wrong::Broken));
}

/// Another seed would be another world: a letter that changed on its way must not go unseen.
#[test]
fn no_letter_may_change() {
    let text = saved(1, 2).write().unwrap();
    for at in 0..text.len() {
        let mut other = text.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert_eq!(Saved::read(&other), Err(Wrong::Broken), "{at}");
    }
}

#[test]
fn limits_hold_both_ways() {
    let forge = |saved: &Saved, after: u64, count: usize| {
        let (scenario, at) = (saved.scenario.clone(), saved.at.0);
        let commands = vec![(after, Command::HealAll); count];
        let (opened, view) = (saved.opened.0, saved.view.clone());
        let body = Body { scenario, at, playing: true, pace: Some(0), opened, view, commands };
        Saved::read(&forged(postcard::to_extend(&body, vec![VERSION]).unwrap()))
    };
    let mut saved = saved(1, 0);
    assert!(forge(&saved, 0, COMMANDS).is_ok());
    assert_eq!(forge(&saved, 0, COMMANDS + 1), Err(Wrong::Commands));
    assert!(forge(&saved, LATEST.0 / 2, 2).is_ok());
    assert_eq!(forge(&saved, LATEST.0 / 2 + 1, 2), Err(Wrong::Late));
    assert_eq!(forge(&saved, u64::MAX, 2), Err(Wrong::Late));
    saved.at = Time(LATEST.0 + 1);
    assert_eq!(forge(&saved, 0, 0), Err(Wrong::Late));
    assert_eq!(saved.write(), Err(Wrong::Late));
    saved.at = Time::ZERO;
    saved.view.lang = Some("x".repeat(TAG + 1));
    assert_eq!(forge(&saved, 0, 0), Err(Wrong::Broken));
    saved.view.lang = None;
    saved.opened = Time(LATEST.0 + 1);
    assert_eq!(forge(&saved, 0, 0), Err(Wrong::Late));
    saved.opened = Time::ZERO;
    // What a scenario may be, the world decides.
    saved.scenario.topics[0].partitions = Some(limits::PARTITIONS + 1);
    assert!(Saved::read(&saved.write().unwrap()).unwrap().session().is_err());
}

#[test]
fn sizes() {
    let length = |commands| saved(1, commands).write().unwrap().len();
    // Characters: of the opening, and with 200 commands.
    assert_eq!((length(0), length(200)), (279, 1943));
}

/// `KAFKASCOPE_LINKS=10000000` reads so many lines that nobody of us wrote. None may panic, and
/// what is read is written as something that reads the same.
#[test]
#[allow(clippy::disallowed_methods, reason = "how many is asked for from outside")]
fn hostile_lines_do_no_harm() {
    let wanted = std::env::var("KAFKASCOPE_LINKS").ok().and_then(|text| text.parse().ok());
    let wanted: u64 = wanted.unwrap_or(20_000);
    let good = sealed_contents();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        // xorshift64: any spread will do, as long as it is the same every time.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut read = 0;
    for turn in 0..wanted {
        let mut content = good[(next() % good.len() as u64) as usize].clone();
        for _ in 0..=next() % 3 {
            let at = (next() % content.len() as u64) as usize;
            match next() % 5 {
                0 => content[at] = next() as u8,
                1 => content[at] ^= 1 << (next() % 8),
                2 => content.truncate(at.max(1)),
                3 => content.insert(at, 0xff),
                _ => drop(content.remove(at.min(content.len() - 1))),
            }
            if content.is_empty() {
                content.push(VERSION);
            }
        }
        // One in eight has a wrong check or letters of no line.
        let text = match turn % 8 {
            0 => String::from_utf8_lossy(&content).into_owned(),
            1 => letters(&content),
            _ => forged(content),
        };
        if let Ok(saved) = Saved::read(&text) {
            read += 1;
            assert_eq!(Saved::read(&saved.write().unwrap()), Ok(saved.clone()), "{text}");
            if turn % 256 == 2 {
                // Whether it can be is the world's to say; it says so and does not panic.
                let _ = saved.session();
            }
        }
    }
    assert!(read > wanted / 100 && read < wanted, "{read} of {wanted}");
}

fn sealed_contents() -> Vec<Vec<u8>> {
    let content = |n: u32| {
        let bytes = bytes(&saved(u64::from(n), n).write().unwrap()).unwrap();
        bytes[..bytes.len() - CHECK].to_vec()
    };
    [0, 1, 4, 12].map(content).to_vec()
}

proptest! {
    #[test]
    fn there_and_back(
        seed: u64, at in 0..=LATEST.0, playing: bool,
        mut times in proptest::collection::vec((0..=LATEST.0, 0u32..1000), 0..40),
    ) {
        times.sort_unstable();
        let commands = times.into_iter().map(|(at, n)| (Time(at), command(n))).collect();
        let saved = Saved { commands, at: Time(at), playing, ..saved(seed, 0) };
        prop_assert_eq!(Saved::read(&saved.write().unwrap()), Ok(saved));
    }

    #[test]
    fn any_text_is_answered(text in ".{0,200}") {
        prop_assert!(Saved::read(&text).is_err());
    }
}
