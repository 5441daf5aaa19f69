//! Bounds and names: what may enter the world at all.

use super::command::{Quantity, Refusal};
use super::config::{ConsumerConfig, ProducerConfig, Scope, spec};
use super::id::{Name, Offset};
use super::scenario::{LinkSpec, Properties, Workload, limits};
use super::time::Span;
use super::transacting::Transacting;

/// Kafka's rule for topic names (org.apache.kafka.common.internals.Topic), used for all names.
pub(super) fn name(name: &Name) -> Result<(), Refusal> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let good = !name.is_empty()
        && name.len() <= limits::NAME
        && name.chars().all(legal)
        && !matches!(&**name, "." | "..");
    if good { Ok(()) } else { Err(Refusal::InvalidName(name.clone())) }
}

pub(super) fn bounds(what: Quantity, value: u32, min: u32, max: u32) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    let (value, min, max) = (i64::from(value), i64::from(min), i64::from(max));
    Err(Refusal::OutOfBounds { what, value, min, max })
}

pub(super) fn count(what: Quantity, value: usize, most: usize) -> Result<(), Refusal> {
    if value <= most { Ok(()) } else { Err(Refusal::TooMany { what, most: most as u32 }) }
}

pub(super) fn offset(value: Offset, min: Offset) -> Result<(), Refusal> {
    let (what, max) = (Quantity::Offset, Offset::MAX);
    if value >= min { Ok(()) } else { Err(Refusal::OutOfBounds { what, value, min, max }) }
}

/// At most a day; told in milliseconds.
pub(super) fn span(what: Quantity, value: Span) -> Result<(), Refusal> {
    if value <= limits::SPAN {
        return Ok(());
    }
    let ms = |span: Span| i64::try_from(span.0 / 1000).unwrap_or(i64::MAX);
    Err(Refusal::OutOfBounds { what, value: ms(value), min: 0, max: ms(limits::SPAN) })
}

pub(super) fn link(link: &LinkSpec) -> Result<(), Refusal> {
    span(Quantity::Latency, link.latency)?;
    span(Quantity::Jitter, link.jitter)
}

pub(super) fn workload(workload: &Workload) -> Result<(), Refusal> {
    bounds(Quantity::Rate, workload.rate, 0, limits::RATE)?;
    bounds(Quantity::Keys, workload.keys, 0, limits::KEYS)?;
    bounds(Quantity::Tombstones, workload.tombstones, 0, 100)?;
    bounds(Quantity::RecordBytes, workload.bytes, 0, limits::RECORD_BYTES)
}

/// One value of one config, as a number.
pub(super) fn config(scope: Scope, name: &str, value: &str) -> Result<i64, Refusal> {
    let spec = spec(scope, name).ok_or_else(|| Refusal::UnknownConfig(name.into()))?;
    spec.parse(value)
        .ok_or_else(|| Refusal::InvalidConfig { name: name.into(), value: value.into() })
}

pub(super) fn properties(scope: Scope, properties: &Properties) -> Result<(), Refusal> {
    properties.iter().try_for_each(|(name, value)| config(scope, name, value).map(|_| ()))
}

/// ProducerConfig's cross-checks (KafkaProducer.configureDeliveryTimeout).
pub(super) fn producer(config: &ProducerConfig) -> Result<(), Refusal> {
    let least = config.linger_ms.saturating_add(config.request_timeout_ms);
    if config.delivery_timeout_ms < least {
        return Err(Refusal::DeliveryTimeoutTooShort);
    }
    Ok(())
}

/// Who asks for idempotence in so many words must not make it impossible; where nobody asks, it is
/// switched off (ProducerConfig.postProcessAndValidateIdempotenceConfigs).
pub(super) fn idempotence(config: &ProducerConfig, asked: bool) -> Result<(), Refusal> {
    if asked && config.enable_idempotence != 0 && !config.allows_idempotence() {
        return Err(Refusal::IdempotenceImpossible);
    }
    Ok(())
}

/// A `transactional.id` needs idempotence, whoever switched that off.
pub(super) fn transactional(config: &ProducerConfig, has_id: bool) -> Result<(), Refusal> {
    if has_id && !config.is_idempotent() {
        return Err(Refusal::TransactionsNeedIdempotence);
    }
    Ok(())
}

/// How an application divides its records into transactions.
pub(super) fn transacting(transacting: &Transacting) -> Result<(), Refusal> {
    bounds(Quantity::Records, transacting.records, 0, limits::TRANSACTION)?;
    bounds(Quantity::Aborts, transacting.aborts, 0, 100)?;
    span(Quantity::Processing, transacting.time)
}

/// AbstractCoordinator's cross-check (Heartbeat).
pub(super) fn consumer(config: &ConsumerConfig) -> Result<(), Refusal> {
    if config.heartbeat_interval_ms >= config.session_timeout_ms {
        return Err(Refusal::HeartbeatNotBelowSession);
    }
    Ok(())
}
