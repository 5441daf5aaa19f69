//! What a trace of a real cluster waits for, in the words of its `condition reached`.

use kafkascope::sim::id::BrokerId;
use kafkascope::sim::image::PartitionState;

/// `leader 1`, `leader != 2`, `new leader`, `ISR [1]`, `ISR back to 3`, `ISR size 2`, `ISR 2b`.
pub fn holds(
    condition: &str,
    before: Option<BrokerId>,
    state: &PartitionState,
) -> Result<bool, String> {
    let number = condition.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = number.parse::<u32>().map(BrokerId);
    let leads = |wanted: &dyn Fn(BrokerId) -> bool| state.leader.is_some_and(wanted);
    match (condition.split(' ').next(), number) {
        (Some("new"), _) => Ok(leads(&|id| Some(id) != before)),
        (Some("leader"), Ok(it)) if condition.contains("!=") => Ok(leads(&|id| id != it)),
        (Some("leader"), Ok(it)) => Ok(leads(&|id| id == it)),
        (Some("ISR"), Ok(it)) if condition.contains('[') => Ok(state.isr == [it]),
        (Some("ISR"), Ok(it)) => Ok(state.isr.len() == it.0 as usize),
        _ => Err("nobody here knows this condition".to_owned()),
    }
}
