//! What real Kafka answered: one test per family, each reading every vector of its file.
//!
//! The folder is `tests/golden`, or the one named by `KAFKASCOPE_GOLDEN`, from which families may be
//! absent: those are reported as skipped, past the capture of the test harness.

mod assignment;
mod client_groups;
mod client_offsets;
mod client_share;
mod client_traces;
mod client_transactions;
mod cluster_conditions;
mod cluster_quorum;
mod cluster_times;
mod cluster_traces;
mod compaction;
mod configs;
mod elections;
mod logs;
mod metadata_records;
mod modern;
mod partitioning;
mod placement;
mod rebuilt;
mod retention;
mod size;
mod traces;
mod transactions;

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a case says when the answer is not Kafka's.
type Verdict = Result<(), String>;

#[test]
fn murmur2_partition() {
    family("murmur2_partition", partitioning::murmur2);
}

#[test]
fn sticky_switching() {
    family("sticky_switching", partitioning::sticky);
}

#[test]
fn adaptive_partitioning() {
    family("adaptive_partitioning", partitioning::adaptive);
}

#[test]
fn round_robin_partitioner() {
    family("round_robin_partitioner", partitioning::round_robin);
}

#[test]
fn log_transactions_lso() {
    family("log_transactions_lso", transactions::last_stable_offset);
}

#[test]
fn coordinator_partition() {
    family("coordinator_partition", partitioning::coordinator);
}

#[test]
fn assignor_range() {
    family("assignor_range", assignment::range);
}

#[test]
fn assignor_roundrobin() {
    family("assignor_roundrobin", assignment::round_robin);
}

#[test]
fn assignor_sticky() {
    family("assignor_sticky", assignment::sticky);
}

#[test]
fn assignor_cooperative_sticky() {
    family("assignor_cooperative_sticky", assignment::cooperative_sticky);
}

#[test]
fn replica_placement_kraft() {
    family("replica_placement_kraft", placement::kraft);
}

#[test]
fn batch_packing() {
    family("batch_packing", size::packing);
}

#[test]
fn leader_election_steps() {
    family("leader_election_steps", elections::steps);
}

#[test]
fn log_epochs_truncation() {
    family("log_epochs_truncation", logs::epochs);
}

#[test]
fn log_idempotent_producer() {
    family("log_idempotent_producer", logs::idempotent);
}

#[test]
fn log_segments_retention() {
    family("log_segments_retention", retention::segments);
}

#[test]
fn log_compaction() {
    family("log_compaction", compaction::compaction);
}

#[test]
fn config_defaults() {
    family("config_defaults", configs::defaults);
}

#[test]
fn cluster_random_traces() {
    family("cluster_random_traces", traces::cluster_random);
}

#[test]
fn replica_placement_legacy() {
    family("replica_placement_legacy", placement::legacy);
}

#[test]
fn cluster_traces() {
    family("cluster_traces", cluster_traces::cluster);
}

#[test]
fn kip848_assignor_uniform() {
    family("kip848_assignor_uniform", modern::uniform);
}

#[test]
fn kip848_assignor_range() {
    family("kip848_assignor_range", modern::range);
}

#[test]
fn kip848_assignor_share_simple() {
    family("kip848_assignor_share_simple", modern::share_simple);
}

#[test]
fn kip848_reconciliation() {
    family("kip848_reconciliation", modern::reconciliation);
}

#[test]
fn client_traces() {
    family("client_traces", client_traces::client);
}

/// Where the vectors are, and whether families may be absent there.
#[allow(clippy::disallowed_methods, reason = "tests may look at their environment")]
fn folder() -> (PathBuf, bool) {
    match std::env::var_os("KAFKASCOPE_GOLDEN") {
        Some(folder) => (folder.into(), true),
        None => (Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), false),
    }
}

/// Runs `check` on every case of a family; a failure names each failing case and what differs.
fn family<Case: DeserializeOwned>(name: &str, check: impl Fn(&Case) -> Verdict) {
    let (folder, may_be_absent) = folder();
    let path = folder.join(format!("{name}.json"));
    if may_be_absent && !path.exists() {
        // Written directly: the harness shows a passing test's output only if it is not captured.
        let line = format!("golden::{name} ... skipped (no file {})\n", path.display());
        let told = std::io::stderr().write_all(line.as_bytes());
        assert!(told.is_ok(), "golden::{name}: cannot even report that it is skipped");
        return;
    }
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("golden::{name}: {}: {error}", path.display()));
    let failures = judge(&text, check).unwrap_or_else(|error| panic!("golden::{name}: {error}"));
    assert!(
        failures.is_empty(),
        "golden::{name}: {} cases differ from Kafka; the first:\n{}",
        failures.len(),
        failures[..failures.len().min(10)].join("\n"),
    );
}

/// The complaints of all cases of a file, or why the file cannot be judged.
fn judge<Case: DeserializeOwned>(
    text: &str,
    check: impl Fn(&Case) -> Verdict,
) -> Result<Vec<String>, String> {
    let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let cases = file["cases"].as_array().or_else(|| file["scenarios"].as_array());
    let whole = || file.get("producer").map(|_| std::slice::from_ref(&file));
    let cases = cases.map(Vec::as_slice).or_else(whole);
    let cases = cases.ok_or("the file has no list `cases` or `scenarios`, and no registries")?;
    if cases.is_empty() {
        return Err("the file has no case".into());
    }
    let verdicts = cases.iter().enumerate().filter_map(|(index, case)| {
        let id = case["id"].as_str().map_or_else(|| format!("#{index}"), str::to_owned);
        let verdict = Case::deserialize(case).map_err(|error| error.to_string());
        verdict.and_then(|case| check(&case)).err().map(|what| format!("  case {id}: {what}"))
    });
    Ok(verdicts.collect())
}

/// Compares ours with Kafka's, naming what it is.
fn same<T: PartialEq + Debug>(what: impl std::fmt::Display, ours: T, kafka: T) -> Verdict {
    if ours == kafka {
        return Ok(());
    }
    Err(format!("{what}: we say {ours:?}, Kafka said {kafka:?}"))
}

#[test]
fn judge_is_not_fooled() {
    let check = |case: &Value| same("answer", case["ours"].as_i64(), case["kafka"].as_i64());
    let judged = |text: &str| judge(text, check);

    assert_eq!(judged(r#"{"cases":[{"ours":1,"kafka":1}]}"#), Ok(vec![]));
    let complaint = "  case c-2: answer: we say Some(1), Kafka said Some(2)".to_owned();
    assert_eq!(judged(r#"{"cases":[{"id":"c-2","ours":1,"kafka":2}]}"#), Ok(vec![complaint]));
    assert!(judged(r#"{"cases":[]}"#).is_err());
    assert!(judged(r#"{}"#).is_err());
    assert!(judged("not json").is_err());
    let wrong_shape = judge::<Vec<u8>>(r#"{"cases":[{"ours":1}]}"#, |_| Ok(()));
    assert_eq!(wrong_shape.unwrap().len(), 1);
}
