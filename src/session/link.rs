//! A session as a line of text: what a link or a file holds, read as if somebody hostile wrote it.
//!
//! The text is base64url (RFC 4648, section 5, without padding) of a version byte, the body and
//! a check of four bytes. The body is postcard, which has no names of fields: what a version means
//! is frozen with its first release, and `tests/links` holds lines that open forever.

use serde::{Deserialize, Serialize};

use super::{Pace, Ratio, Session, Timed};
use crate::sim::id::{BrokerId, ClientId, ControllerId, Name, Node, Offset, Seq, TopicId};
use crate::sim::{Command, Flaw, Partition, Scenario, Span, Time};

/// Millionths in one.
const MILLION: f64 = 1_000_000.0;
/// What a line of this version begins with.
const VERSION: u8 = 1;
/// Bytes of the check at the end.
const CHECK: usize = 4;
/// The digits of base64url.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The most characters that are looked at.
pub const LONGEST: usize = 262_144;
/// The most commands of one tape.
pub const COMMANDS: usize = 10_000;
/// The latest moment that may be asked for, and the latest of a command: a week, three hours of
/// watching at the fastest pace.
pub const LATEST: Time = Time(7 * 24 * 3_600_000_000);

/// All that is needed to be at the same moment of the same world again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saved {
    pub scenario: Scenario,
    /// In order of time.
    pub commands: Vec<Timed>,
    /// The moment.
    pub at: Time,
    /// Whether time passes.
    pub playing: bool,
    /// How fast, in millionths of real time; none is story pace.
    pub pace: Option<u64>,
    /// When somebody began to look: of what was before, no trace lingers in the picture.
    pub opened: Time,
    /// How it is looked at.
    pub view: View,
}

/// The longest tag of a language, in bytes (BCP 47 recommends room for 35).
const TAG: usize = 35;

/// How a session is looked at. The theme is not here: it is for the room in which one looks. Nor is
/// how far the picture is moved: a window of another size has its things elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct View {
    /// The BCP 47 tag of the language; one that is not known is no choice.
    pub lang: Option<String>,
    /// What is chosen. That it is there is for the world to say.
    pub chosen: Option<Thing>,
    /// What the side panel shows.
    pub panel: Panel,
}

/// What the side panel shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Panel {
    #[default]
    Inspector,
    Configs,
    Events,
    Promises,
    Delivery,
    Help,
}

/// A thing that can be chosen in the picture.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Thing {
    Controller(ControllerId),
    Broker(BrokerId),
    Topic(TopicId),
    Partition(Partition),
    Replica(BrokerId, Partition),
    Record(BrokerId, Partition, Offset),
    Client(ClientId),
    Group(Name),
    Link(Node, Node),
    Message(Seq),
}

/// Why a line cannot be read, or a session not be written as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// More characters than [`LONGEST`].
    Long,
    /// No line of ours, or one that lost or changed something on its way.
    Broken,
    /// Written by a version of the page that this one does not know.
    Version(u8),
    /// More commands than [`COMMANDS`].
    Commands,
    /// A moment after [`LATEST`].
    Late,
}

/// What version 1 holds, in this order. Each command stands so long after the one before it.
#[derive(Serialize, Deserialize)]
struct Body {
    scenario: Scenario,
    at: u64,
    playing: bool,
    pace: Option<u64>,
    opened: u64,
    view: View,
    commands: Vec<(u64, Command)>,
}

impl Saved {
    /// Where a session is now, and how it is looked at.
    pub fn of(session: &Session, view: View) -> Saved {
        let (timeline, clock) = (session.timeline(), session.clock());
        let pace = match clock.pace {
            Pace::Story => None,
            // At most 60 and at least 1/1000: see `Ratio`.
            Pace::Fixed(ratio) => Some((ratio.get() * MILLION).round() as u64),
        };
        Saved {
            scenario: timeline.scenario().clone(),
            commands: timeline.commands().to_vec(),
            at: timeline.now(),
            playing: clock.playing,
            pace,
            opened: session.opened(),
            view,
        }
    }

    /// The world at its first moment, with all commands to come: whoever opens it goes on to
    /// [`Saved::at`] as fast as a page can bear.
    ///
    /// # Errors
    /// If the scenario cannot be: where in it, and why.
    pub fn session(self) -> Result<Session, Flaw> {
        let mut session = Session::taped(self.scenario, self.commands, self.at)?;
        session.opened = self.opened;
        if let Some(pace) = self.pace {
            session.set_pace(Pace::Fixed(Ratio::new(pace as f64 / MILLION)));
        }
        if !self.playing {
            session.pause();
        }
        Ok(session)
    }

    /// As a line of text.
    ///
    /// # Errors
    /// If it goes beyond what [`Saved::read`] takes.
    pub fn write(&self) -> Result<String, Wrong> {
        self.check()?;
        let mut before = Time::ZERO;
        let commands = self.commands.iter().map(|(at, command)| {
            let after = at.since(std::mem::replace(&mut before, *at));
            (after.0, command.clone())
        });
        let commands = commands.collect();
        let scenario = self.scenario.clone();
        let (at, playing, pace, opened) = (self.at.0, self.playing, self.pace, self.opened.0);
        let view = self.view.clone();
        let body = Body { scenario, at, playing, pace, opened, view, commands };
        let body = postcard::to_extend(&body, vec![VERSION]).map_err(|_| Wrong::Broken)?;
        let text = letters(&sealed(body));
        if text.len() > LONGEST { Err(Wrong::Long) } else { Ok(text) }
    }

    /// From a line of text, whoever wrote it. What the scenario says is judged by
    /// [`Saved::session`], and a command when its time comes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Saved, Wrong> {
        if text.len() > LONGEST {
            return Err(Wrong::Long);
        }
        let bytes = bytes(text).ok_or(Wrong::Broken)?;
        let (content, check) = bytes.split_last_chunk::<CHECK>().ok_or(Wrong::Broken)?;
        if sum(content) != *check {
            return Err(Wrong::Broken);
        }
        match content.split_first() {
            Some((&VERSION, body)) => Saved::first(body),
            Some((version, _)) => Err(Wrong::Version(*version)),
            None => Err(Wrong::Broken),
        }
    }

    /// What version 1 holds.
    fn first(body: &[u8]) -> Result<Saved, Wrong> {
        let read = postcard::take_from_bytes::<Body>(body).map_err(|_| Wrong::Broken)?;
        let (mut body, []) = read else { return Err(Wrong::Broken) };
        let mut now = Time::ZERO;
        let mut commands = Vec::new();
        for (after, command) in std::mem::take(&mut body.commands) {
            if after > LATEST.0 {
                return Err(Wrong::Late);
            }
            // Neither is more than a week: nothing overflows.
            now += Span(after);
            commands.push((now, command));
            if now > LATEST {
                return Err(Wrong::Late);
            }
        }
        let Body { scenario, at, playing, pace, opened, view, .. } = body;
        let (at, opened) = (Time(at), Time(opened));
        let saved = Saved { scenario, commands, at, playing, pace, opened, view };
        saved.check()?;
        Ok(saved)
    }

    /// Whether it keeps within the limits.
    fn check(&self) -> Result<(), Wrong> {
        if self.commands.len() > COMMANDS {
            return Err(Wrong::Commands);
        }
        let last = self.commands.last().map_or(Time::ZERO, |(at, _)| *at);
        if self.view.lang.as_ref().is_some_and(|tag| tag.len() > TAG) {
            return Err(Wrong::Broken);
        }
        if self.at.max(last).max(self.opened) > LATEST { Err(Wrong::Late) } else { Ok(()) }
    }
}

/// With its check behind it.
fn sealed(mut content: Vec<u8>) -> Vec<u8> {
    let check = sum(&content);
    content.extend(check);
    content
}

/// FNV-1a of 32 bits: it finds what mail programs cut off, not who forges.
fn sum(content: &[u8]) -> [u8; CHECK] {
    let mix = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    content.iter().fold(0x811c_9dc5, mix).to_be_bytes()
}

/// A line that is sound but for what is in it: for those who try what readers stand.
#[cfg(any(test, fuzzing))]
pub fn forged(content: Vec<u8>) -> String {
    letters(&sealed(content))
}

/// Bytes as base64url without padding.
fn letters(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| group.get(at).map_or(0, |byte| u32::from(*byte));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        let digit = |shift: u32| char::from(DIGITS[(bits >> shift) as usize & 63]);
        text.extend([18, 12, 6, 0].into_iter().take(group.len() + 1).map(digit));
    }
    text
}

/// The way back; none if there are other characters, or bits that no byte has.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0u32);
    for letter in text.bytes() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        (bits, count) = ((bits << 6) | u32::from(digit), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    // One line for one session: what is left over is too little for a byte, and zero.
    (count < 6 && bits == 0).then_some(bytes)
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
