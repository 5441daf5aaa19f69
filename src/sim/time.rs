//! Virtual time in whole microseconds: the only clock of the simulation.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment: microseconds since the world began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Hash)]
pub struct Time(pub u64);

/// A length of time in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Hash)]
pub struct Span(pub u64);

impl Time {
    /// The beginning of the world.
    pub const ZERO: Time = Time(0);
    /// Later than anything: what waits for ever is due then.
    pub const NEVER: Time = Time(u64::MAX);

    /// Time passed since `earlier`; zero if `earlier` is in the future.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Whole milliseconds, as Kafka's record timestamps count.
    pub fn as_millis(self) -> u64 {
        self.0 / 1000
    }
}

/// What a right wall clock shows when a world begins: 2026-01-01T00:00:00Z. Records are stamped by
/// wall clocks, which may be wrong; all else is timed by clocks that only go forward.
pub const EPOCH: Time = Time(1_767_225_600_000_000);

impl Time {
    /// What a wall clock shows that is so many milliseconds ahead.
    pub fn on_wall(self, ahead_ms: i64) -> Time {
        let ahead = ahead_ms.saturating_mul(1000);
        Time(EPOCH.0.saturating_add(self.0).saturating_add_signed(ahead))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// From microseconds.
    pub const fn us(n: u64) -> Span {
        Span(n)
    }

    /// From milliseconds.
    pub const fn ms(n: u64) -> Span {
        Span(n.saturating_mul(1000))
    }

    /// From seconds.
    pub const fn secs(n: u64) -> Span {
        Span(n.saturating_mul(1_000_000))
    }

    /// From a Kafka config in milliseconds; negative means no limit.
    pub fn from_config_ms(n: i64) -> Span {
        u64::try_from(n).map_or(Span(u64::MAX), Span::ms)
    }

    /// Parses `850us`, `5ms`, `2s`, `3min`.
    pub fn parse(text: &str) -> Option<Span> {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = text[..digits].parse().ok()?;
        let unit: u64 = match text[digits..].trim() {
            "us" | "µs" => 1,
            "ms" => 1000,
            "s" => 1_000_000,
            "min" => 60_000_000,
            _ => return None,
        };
        number.checked_mul(unit).map(Span)
    }
}

/// Again and again, from one time to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeated {
    pub at: Time,
    pub every: Span,
    /// The last time may be then.
    pub until: Time,
}

impl Repeated {
    /// All times, if they are not more than this.
    pub fn all(self, most: u32) -> Option<Vec<Time>> {
        let mut times = Vec::new();
        let mut at = self.at;
        while at <= self.until {
            if times.len() as u64 >= u64::from(most) {
                return None;
            }
            times.push(at);
            at += self.every;
        }
        Some(times)
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Mul<u64> for Span {
    type Output = Span;
    fn mul(self, factor: u64) -> Span {
        Span(self.0.saturating_mul(factor))
    }
}

impl fmt::Display for Time {
    /// Seconds with milliseconds and microseconds: `12.345678`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

impl fmt::Display for Span {
    /// The shortest exact form that [`Span::parse`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n if n % 1_000_000 == 0 => write!(f, "{}s", n / 1_000_000),
            n if n % 1000 == 0 => write!(f, "{}ms", n / 1000),
            n => write!(f, "{n}us"),
        }
    }
}

/// Text for people (`"5ms"`), a bare number of microseconds for machines.
macro_rules! serde_as_span {
    ($type:ident) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(&Span(self.0))
                } else {
                    serializer.serialize_u64(self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return u64::deserialize(deserializer).map($type);
                }
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Span::parse(&text).map(|span| $type(span.0)).ok_or_else(|| {
                    de::Error::invalid_value(
                        de::Unexpected::Str(&text),
                        &"a length of time such as \"850us\", \"5ms\", \"2s\" or \"3min\"",
                    )
                })
            }
        }
    };
}

serde_as_span!(Time);
serde_as_span!(Span);
