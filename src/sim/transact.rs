//! What producing applications are told to do with their transactions: checked against what they
//! can do now.

use super::check_spec as check;
use super::client::Client;
use super::client::transactions::State;
use super::command::{Command, Refusal};
use super::effect::Order;
use super::event::Stamped;
use super::genesis::EOS_TRANSACTION_TIMEOUT_MS;
use super::id::{ClientId, Node};
use super::process::Power;
use super::transacting::TransactionAct;
use super::world::World;

impl World {
    pub(super) fn check_transacts(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Transact { client, act } => self.check_transact(*client, *act),
            Command::SetGuarantee { client, .. } => self.check_processes(*client),
            _ => Ok(()),
        }
    }

    fn check_transact(&self, client: ClientId, act: TransactionAct) -> Result<(), Refusal> {
        let node = Node::Client(client);
        let transactions = self.producer(client)?.transactions();
        let transactions = transactions.ok_or(Refusal::NotTransactional(node))?;
        if let TransactionAct::Divide(transacting) = act {
            return check::transacting(&transacting);
        }
        match self.known(node)? {
            Power::Up => {}
            Power::Down => return Err(Refusal::NotRunning(node)),
            Power::Paused => return Err(Refusal::AlreadyPaused(node)),
        }
        if act == TransactionAct::Begin && !transactions.transacting.is_on_command() {
            return Err(Refusal::TransactsByItself(node));
        }
        let begins = act == TransactionAct::Begin;
        match transactions.state() {
            _ if transactions.call().is_some() => Err(Refusal::InTransactionCall(node)),
            State::InTransaction | State::AbortableError if begins => {
                Err(Refusal::TransactionOpen(node))
            }
            State::InTransaction | State::AbortableError => Ok(()),
            State::Ready if begins => Ok(()),
            State::Ready => Err(Refusal::NoTransaction(node)),
            _ => Err(Refusal::InTransactionCall(node)),
        }
    }

    fn check_processes(&self, client: ClientId) -> Result<(), Refusal> {
        let node = Node::Client(client);
        let it = self.clients.get(&client).ok_or(Refusal::UnknownNode(node))?;
        it.as_processor().map(|_| ()).ok_or(Refusal::NotPossible(node))
    }

    pub(super) fn transact(&mut self, command: &Command, log: &mut Vec<Stamped>) {
        match command {
            Command::Transact { client, act } => self.order(*client, &Order::Transact(*act), log),
            Command::SetGuarantee { client, guarantee } => {
                if let Some(Client::Processor(processor)) = self.clients.get_mut(client) {
                    processor.configured = (*guarantee, EOS_TRANSACTION_TIMEOUT_MS);
                }
            }
            _ => {}
        }
    }

    /// Whether a record may be asked for: an application that waits for commands sends none
    /// outside of a transaction. Others send it as soon as they can.
    pub(super) fn check_may_send(&self, client: ClientId) -> Result<(), Refusal> {
        let Some(transactions) = self.producer(client)?.transactions() else { return Ok(()) };
        let told = transactions.transacting.is_on_command();
        match transactions.is_ongoing() {
            false if told => Err(Refusal::NoTransaction(Node::Client(client))),
            _ => Ok(()),
        }
    }
}
