//! What lives here: the score. Scenario files as people write them, and what they mean.
//! Who may knock: whoever opens a file: the native player, the page, tests.
//! Never here: TOML itself. Natively the `toml` crate reads it, in the page JavaScript does.

use crate::sim::ordered;
mod acts; // what consuming applications do
mod command; // one thing done at a time of day
mod names; // who is called what
mod quotas; // how much clients may move
mod plain; // what TOML says
mod read; // and what it may say here
mod wrong; // what cannot be meant

pub use self::command::{CommandLine, VERBS};
pub use self::plain::Plain;
pub use self::wrong::{Expected, Problem, Wrong};

use self::names::Names;
use crate::sim::scenario::{ClusterSpec, ConsumerSpec, ProcessorSpec, ProducerSpec, TopicSpec};
use crate::sim::{Command, Scenario, Span, Time};

/// A scenario file: a [`Scenario`], what is done to it, and until when it is played.
#[derive(Clone, PartialEq, Debug)]
pub struct ScenarioFile {
    pub seed: u64,
    pub cluster: ClusterSpec,
    pub topics: Vec<TopicSpec>,
    pub producers: Vec<ProducerSpec>,
    pub consumers: Vec<ConsumerSpec>,
    pub processors: Vec<ProcessorSpec>,
    pub commands: Vec<CommandLine>,
    pub end: Time,
}

impl Default for ScenarioFile {
    /// An empty file: three brokers with nothing to do for half a minute.
    fn default() -> Self {
        ScenarioFile {
            seed: 0,
            cluster: ClusterSpec::default(),
            topics: Vec::new(),
            producers: Vec::new(),
            consumers: Vec::new(),
            processors: Vec::new(),
            commands: Vec::new(),
            end: Time::ZERO + Span::secs(30),
        }
    }
}

/// What a scenario file means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Script {
    pub scenario: Scenario,
    /// In order of time; those at equal times as they stand in the file.
    pub steps: Vec<Step>,
    pub end: Time,
}

/// One command of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub at: Time,
    pub command: Command,
    /// Where it stands in the file: `command[3].crash`.
    pub place: String,
}

impl Script {
    /// The commands with their times, as a session takes them.
    pub fn commands(&self) -> Vec<(Time, Command)> {
        self.steps.iter().map(|step| (step.at, step.command.clone())).collect()
    }
}

impl ScenarioFile {
    /// Finds out what the names and verbs mean. Whether the scenario can be is found when its world
    /// is made, whether a command can be done when its time comes.
    ///
    /// # Errors
    /// The first place that means nothing, and why.
    pub fn script(self) -> Result<Script, Wrong> {
        let mut names = Names::of(&self);
        let order = ordered::order(self.commands.len(), &|a, b| {
            self.commands[a].at.cmp(&self.commands[b].at)
        });
        let mut steps = Vec::with_capacity(order.len());
        for index in order {
            let line = &self.commands[index];
            let own = format!("command[{index}]");
            let times = line.times(&own, self.end)?;
            let place = format!("{own}.{}", line.verb);
            let commands = line.meaning(&own, &mut names)?;
            for at in times {
                let step =
                    |command: &Command| Step { at, command: command.clone(), place: place.clone() };
                steps.extend(commands.iter().map(step));
            }
        }
        ordered::sort_by_key(&mut steps, |step: &Step| step.at);
        let ScenarioFile { seed, cluster, topics, producers, consumers, processors, end, .. } =
            self;
        let scenario = Scenario { seed, cluster, topics, producers, consumers, processors };
        Ok(Script { scenario, steps, end })
    }
}
