//! Why a place in a scenario file means nothing, as a sentence.

use super::Words;
use crate::scenario_file::{Expected, Problem};

impl Words {
    /// What a person reads beside the place in the file.
    pub fn problem(self, problem: &Problem) -> String {
        match problem {
            Problem::Not { expected } => self.error_script_not(&self.expected(*expected)),
            Problem::Unknown { known } => self.error_script_unknown(&known.join(", ")),
            Problem::Missing { key } => self.error_script_missing(key),
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
            Problem::UntilBefore { at } => self.error_script_until_before(&self.span(at.0)),
            Problem::TooOften { most } => self.error_script_too_often(i64::from(*most)),
        }
    }

    fn expected(self, expected: Expected) -> String {
        match expected {
            Expected::Text => self.error_expected_text().to_owned(),
            Expected::List => self.error_expected_list().to_owned(),
            Expected::Table => self.error_expected_table().to_owned(),
            Expected::Number { most } => match i64::try_from(most) {
                Ok(most) => self.error_expected_number_to(most),
                Err(_) => self.error_expected_number().to_owned(),
            },
            Expected::Time => self.error_expected_time().to_owned(),
            Expected::Config => self.error_expected_config().to_owned(),
            Expected::Two => self.error_expected_two().to_owned(),
            Expected::OneOf(all) => self.error_expected_one_of(&all.join(", ")),
        }
    }
}
