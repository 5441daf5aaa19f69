//! When a broker that is gone must be fenced and leave the ISR, whatever a stopwatch said.

use std::collections::BTreeMap;

use kafkascope::sim::id::BrokerId;
use kafkascope::sim::{Event, Node, Span, Stamped, Time};

use super::Verdict;
use super::rebuilt::Rebuilt;

/// What messages and their handling may add.
const SLACK: Span = Span::ms(50);

/// Checks every fencing and every shrinking of an ISR in the whole run.
pub fn check(cluster: &Rebuilt) -> Verdict {
    let config = &cluster.world.config;
    let ms = |value: i64| Span::ms(value.unsigned_abs());
    let session = ms(config.broker_session_timeout_ms);
    let heartbeat = ms(config.broker_heartbeat_interval_ms);
    let lag = ms(config.replica_lag_time_max_ms);
    let fetch = ms(config.replica_fetch_wait_max_ms);
    let mut gone: BTreeMap<BrokerId, Time> = BTreeMap::new();
    for stamped in &cluster.log {
        match (&stamped.event, stamped.node) {
            (Event::Crashed | Event::Paused, Node::Broker(id)) => {
                gone.insert(id, stamped.at);
            }
            (Event::Started | Event::Resumed, Node::Broker(id)) => {
                gone.remove(&id);
            }
            (Event::BrokerFenced(id), _) => {
                let Some(since) = gone.get(id) else { continue };
                // Its last heartbeat was sent at most an interval before.
                let from = back(*since + session, heartbeat);
                within("fenced", *id, stamped.at, (from, *since + session))?;
            }
            (Event::IsrShrank { removed, .. }, _) if !is_fencing(&cluster.log, stamped) => {
                for id in removed {
                    let Some(since) = gone.get(id) else { continue };
                    // It lags only behind records that it has not got.
                    let lags = first_append_after(&cluster.log, *since).max(*since);
                    let until = lags + lag + Span(lag.0 / 2);
                    within("out of the ISR", *id, stamped.at, (back(*since + lag, fetch), until))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn back(at: Time, span: Span) -> Time {
    Time(at.0.saturating_sub(span.0))
}

fn within(what: &str, id: BrokerId, at: Time, (from, until): (Time, Time)) -> Verdict {
    if back(from, SLACK) <= at && at <= until + SLACK {
        return Ok(());
    }
    Err(format!("broker {id} is {what} at {at:?}, not from {from:?} to {until:?}"))
}

/// Whether the controller took it out because it fenced it, at this very moment.
fn is_fencing(log: &[Stamped], shrunk: &Stamped) -> bool {
    let now = log.iter().filter(|stamped| stamped.at == shrunk.at);
    now.into_iter().any(|stamped| matches!(stamped.event, Event::BrokerFenced(_)))
}

fn first_append_after(log: &[Stamped], since: Time) -> Time {
    let appended = |stamped: &&Stamped| {
        stamped.at >= since && matches!(stamped.event, Event::Appended { as_leader: true, .. })
    };
    log.iter().find(appended).map_or(since, |stamped| stamped.at)
}
