//! How many bytes a second, over the last seconds (Sensor with a Rate over a WindowedSum).

/// `quota.window.num` and, in ms, `quota.window.size.seconds`.
// Simplified: quota.window.num is always 11 and quota.window.size.seconds always 1, the defaults.
const SAMPLES: i64 = 11;
const WINDOW_MS: i64 = 1000;

/// The most bytes that a reader may ever get at once without being throttled for them alone
/// (ClientQuotaManager.getMaxValueInQuotaWindow), at so many bytes per second.
pub(super) fn most_at_once(limit: u64) -> u64 {
    limit.saturating_mul(((SAMPLES - 1) * WINDOW_MS / 1000).unsigned_abs())
}

/// One window; times are ms of the broker's wall clock.
#[derive(Clone, Copy, Debug)]
struct Sample {
    start: i64,
    last_event: i64,
    bytes: i64,
}

impl Sample {
    fn new(now: i64) -> Sample {
        Sample { start: now, last_event: now, bytes: 0 }
    }
}

/// The windows of one client, in a ring that begins anew when it is full. A window begins with the
/// first bytes that come after the end of the one before, so there may be gaps.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate {
    samples: Vec<Sample>,
    current: u32,
}

impl Rate {
    /// Counts bytes; below zero takes back what was counted in the same millisecond.
    pub(super) fn record(&mut self, bytes: i64, now: i64) {
        if self.samples.is_empty() {
            self.samples.push(Sample::new(now));
        }
        let complete = |sample: &Sample| now - sample.start >= WINDOW_MS;
        if self.samples.get(self.current as usize).is_some_and(complete) {
            // One more than is asked for: the oldest may overlap the time that counts.
            self.current = (self.current + 1) % (SAMPLES as u32 + 1);
            match self.samples.get_mut(self.current as usize) {
                Some(oldest) => *oldest = Sample::new(now),
                None => self.samples.push(Sample::new(now)),
            }
        }
        if let Some(sample) = self.samples.get_mut(self.current as usize) {
            sample.bytes += bytes;
            sample.last_event = now;
        }
    }

    /// For how many ms the client must be silent, rounded, so that what was counted is within
    /// `limit` bytes per second; 0 if it is (Sensor.checkQuotas, QuotaUtils.throttleTime).
    pub(super) fn throttle_time_ms(&mut self, limit: u64, now: i64) -> u32 {
        let window = self.window_ms(now);
        let bytes = self.samples.iter().map(|sample| sample.bytes).sum::<i64>();
        let Ok(bytes) = u64::try_from(bytes) else { return 0 };
        // (rate - limit) / limit * window is the time in which the limit allows these bytes, less
        // the window; exact where Kafka reckons in doubles.
        let allowed_in = (2000 * bytes + limit) / (2 * limit).max(1);
        u32::try_from(allowed_in.saturating_sub(window)).unwrap_or(u32::MAX)
    }

    /// The time that the bytes are spread over, in ms (Rate.windowSize): at least as many windows
    /// as are asked for but the last, and what of that one has passed.
    fn window_ms(&mut self, now: i64) -> u64 {
        for sample in &mut self.samples {
            if now - sample.last_event >= SAMPLES * WINDOW_MS {
                *sample = Sample::new(now);
            }
        }
        let oldest = self.samples.iter().map(|sample| sample.start).min();
        let elapsed = now - oldest.unwrap_or(now);
        let missing = (SAMPLES - 1 - elapsed / WINDOW_MS).max(0);
        (elapsed + missing * WINDOW_MS).max(1).unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that ten seconds allow may come in one moment, and not one byte more.
    #[test]
    fn a_burst_is_spread_over_the_whole_window() {
        let mut rate = Rate::default();
        rate.record(10_000, 500);
        assert_eq!(rate.throttle_time_ms(1000, 500), 0);
        rate.record(1, 500);
        assert_eq!(rate.throttle_time_ms(1000, 500), 1);
        rate.record(4999, 500);
        assert_eq!(rate.throttle_time_ms(1000, 500), 5000);
    }

    /// The window is as long as if it had just begun, give or take a second: who has been silent
    /// for as long as told is asked for the same silence again, until the burst is out of sight.
    #[test]
    fn silence_does_not_shorten_the_wait_before_the_window_has_passed() {
        let mut rate = Rate::default();
        rate.record(15_000, 0);
        let left = [0, 999, 4999, 5000, 10_999].map(|now| rate.throttle_time_ms(1000, now));
        assert_eq!(left, [5000, 4001, 4001, 5000, 4001]);
    }

    /// Bytes count until nothing has come in their window for eleven seconds.
    #[test]
    fn windows_without_events_are_forgotten() {
        let mut rate = Rate::default();
        rate.record(30_000, 0);
        assert_eq!(rate.throttle_time_ms(1000, 10_999), 19_001);
        assert_eq!(rate.throttle_time_ms(1000, 11_000), 0);
    }

    /// A window ends a second after its first byte; of those that are older than eleven seconds
    /// one may overlap.
    #[test]
    fn the_ring_keeps_twelve_windows() {
        let mut rate = Rate::default();
        for second in 0..13 {
            rate.record(1000, second * 1000);
        }
        assert_eq!(rate.samples.len(), 12);
        let oldest = rate.samples.iter().map(|sample| sample.start).min();
        assert_eq!(oldest, Some(1000));
    }

    /// What is taken back was never there.
    #[test]
    fn taking_back_leaves_the_rate_as_it_was() {
        let mut rate = Rate::default();
        rate.record(12_000, 0);
        rate.record(7000, 1500);
        rate.record(-7000, 1500);
        let mut alone = Rate::default();
        alone.record(12_000, 0);
        assert_eq!(rate.throttle_time_ms(1000, 1500), alone.throttle_time_ms(1000, 1500));
    }
}
