//! The paces that a slider and the keys 1 to 9 stop at.

use crate::locale::Words;
use crate::session::{Pace, Ratio};

/// A stop of the pace slider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// Slow while messages fly, quick when nothing happens.
    Story,
    /// 1/n of real time.
    Slow(u16),
    /// n times real time.
    Fast(u16),
}

/// Every stop, slowest first after story pace.
pub const STOPS: [Stop; 9] = {
    use Stop::*;
    [Story, Slow(1000), Slow(300), Slow(100), Slow(30), Slow(10), Fast(1), Fast(10), Fast(60)]
};

impl Stop {
    /// The pace itself.
    pub fn pace(self) -> Pace {
        match self {
            Self::Story => Pace::Story,
            Self::Slow(n) => Pace::Fixed(Ratio::new(1.0 / f64::from(n))),
            Self::Fast(n) => Pace::Fixed(Ratio::new(f64::from(n))),
        }
    }
}

/// The stop that a pace is at, or nearest to.
pub fn nearest(pace: Pace) -> usize {
    let Pace::Fixed(ratio) = pace else { return 0 };
    let apart = |stop: &Stop| match stop.pace() {
        Pace::Story => f64::INFINITY,
        Pace::Fixed(other) => (other.place() - ratio.place()).abs(),
    };
    let places = STOPS.iter().map(apart).enumerate();
    places.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(index, _)| index)
}

/// One stop on, or back.
pub fn shifted(pace: Pace, faster: bool) -> Pace {
    let at = nearest(pace);
    let to = if faster { at + 1 } else { at.saturating_sub(1) };
    STOPS[to.min(STOPS.len() - 1)].pace()
}

/// A ratio as people say it: 1/450×, 10×.
pub fn ratio(words: Words, ratio: f64) -> String {
    let whole = |value: f64| value.round().clamp(0.0, 1e9) as i64;
    if ratio >= 0.95 {
        words.ui_pace_ratio(&words.number(whole(ratio)))
    } else {
        words.ui_pace_slow(&words.number(whole(1.0 / ratio.max(1e-9))))
    }
}

/// What a stop is called.
pub fn name(words: Words, stop: Stop) -> String {
    match stop {
        Stop::Story => words.ui_pace_story().to_owned(),
        Stop::Slow(n) => words.ui_pace_slow(&words.number(i64::from(n))),
        Stop::Fast(n) => words.ui_pace_ratio(&words.number(i64::from(n))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    #[test]
    fn every_stop_is_found_again() {
        for (index, stop) in STOPS.into_iter().enumerate() {
            assert_eq!(nearest(stop.pace()), index, "{stop:?}");
        }
        assert_eq!(nearest(shifted(Pace::Story, true)), 1);
        assert_eq!(nearest(shifted(Pace::Story, false)), 0);
        assert_eq!(nearest(shifted(STOPS[8].pace(), true)), 8);
    }

    #[test]
    fn ratios_are_said_as_people_say_them() {
        let words = Words(Lang::En);
        assert_eq!(ratio(words, 1.0 / 450.0), "1/450×");
        assert_eq!(ratio(words, 60.0), "60×");
        assert_eq!(ratio(words, 0.001), "1/1,000×");
    }
}
