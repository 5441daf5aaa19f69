//! Why a place in a scenario file means nothing, as a sentence.

use super::Words;
use crate::scenario_file::Problem;

impl Words {
    /// What a person reads beside the place in the file.
    pub fn problem(self, problem: &Problem) -> String {
        match problem {
            Problem::NoVerb { verbs } => self.error_script_no_verb(&verbs.join(", ")),
            Problem::TwoVerbs { first } => self.error_script_two_verbs(first),
            Problem::Stray { verb, belongs_to } => self.error_script_stray(verb, belongs_to),
            Problem::Needs { keys } => self.error_script_needs(&keys.join(", ")),
            Problem::NoSuchNode { name, known } => {
                self.error_script_no_node(name, &known.join(", "))
            }
            Problem::NoProducer { name } => self.error_script_no_producer(name),
            Problem::NoConsumer { name } => self.error_script_no_consumer(name),
            Problem::NoClient { name } => self.error_script_no_client(name),
            Problem::NoTarget { name } => self.error_script_no_target(name),
            Problem::AfterTheEnd { end } => self.error_script_after_end(&self.span(end.0)),
        }
    }
}
