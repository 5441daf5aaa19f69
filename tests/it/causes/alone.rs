//! Chains of losses for which a leader stood alone: in its ISR, or behind a cut.

use super::{NOW, at, chain, check, commands, played, produce};
use crate::cluster::{b, c, story};
use expect_test::expect;
use kafkascope::session::causes::Question;
use kafkascope::sim::Command;
use kafkascope::sim::id::BrokerId;

/// acks=all of an ISR of one: the chain says who left it, and that a machine lost its power.
#[test]
fn a_loss_from_an_isr_of_one_goes_back_to_who_left_it() {
    let lost = Command::PowerLoss(BrokerId(1));
    let crashes = [2, 3].map(|id| at(3_000, Command::Crash(b(id))));
    let starts = [1, 2, 3].map(|id| at(31_000, Command::Start(b(id))));
    let mut all = crashes.to_vec();
    all.extend([produce(17_000), at(19_000, lost.clone())]);
    all.extend(starts);
    let session = played(story().producer("app", &[NOW]), all, 60);
    let steps = chain(&session, 0, Question::Lost);
    let crashed = [2, 3].map(|id| Command::Crash(b(id)));
    assert!(crashed.iter().all(|crash| commands(&steps).contains(crash)), "{steps:#?}");
    assert!(commands(&steps).contains(&lost));
    check(
        &session,
        &steps,
        expect![[r#"
        *      3000 you: Crash: broker 2
               3000 broker 2: broker 2 stopped without a word.
        *      3000 you: Crash: broker 3
               3000 broker 3: broker 3 stopped without a word.
        *     11129 controller: SessionOver(BrokerId(2))
              11129 controller: The controller fences broker 2: it has heard nothing from it.
              11129 controller: broker 2 falls out of the ISR of P0. Left: broker 1, broker 3.
        *     11129 controller: SessionOver(BrokerId(3))
              11129 controller: The controller fences broker 3: it has heard nothing from it.
              11129 controller: broker 3 falls out of the ISR of P0. Left: broker 1.
        *     17000 you: Produce one record: app
              17000 app: app puts a record into its batch for P0.
              17000 app: app sends Produce to broker 1.
              17002 broker 1: Written { partition: P0, offset: 0, epoch: 0, times: 1 }
              17002 broker 1: Committed { partition: P0, offset: 0 }
              17002 broker 1: broker 1 answers Produce of app.
              17004 app: Confirmed { acks: All }
        *     19000 you: Cut its power: broker 1
              19000 broker 1: The machine of broker 1 lost its power: what was not on its disk yet is gone.
              19000 broker 1: broker 1 has P0 only up to 0 on disk: it had written up to 1.
        *     27145 controller: SessionOver(BrokerId(1))
              27145 controller: The controller fences broker 1: it has heard nothing from it.
              27145 controller: P0 has no leader in epoch 1: nobody in its ISR is alive.
        *     31000 you: Start: broker 1
              31000 broker 1: broker 1 starts.
        *     31026 broker 1: Timer
              31026 broker 1: broker 1 sends BrokerHeartbeat to controller.
              31027 controller: broker 1 is in service.
              31027 controller: P0 goes to broker 1, epoch 2, which was out of the ISR: committed records may be lost.
              31027 controller: controller answers Fetch of broker 1.
        =     31028 broker 1: Lacking { partition: P0, epoch: 2, from: 0 }
    "#]],
    );
}

/// acks=1 behind a cut: the zombie leader acknowledges, and its log is cut when it hears again.
#[test]
fn a_loss_by_a_zombie_leader_goes_back_to_the_cuts() {
    let cuts = [b(2), b(3), c(1)].map(|other| Command::CutLink(b(1), other));
    let mut all: Vec<_> = cuts.iter().map(|cut| at(3_000, cut.clone())).collect();
    all.extend([produce(13_000), at(25_000, Command::HealAll)]);
    let story = story().producer("app", &[NOW, ("acks", "1"), ("enable.idempotence", "false")]);
    let session = played(story, all, 60);
    let steps = chain(&session, 0, Question::Lost);
    assert!(commands(&steps).contains(&cuts[2]), "without it nobody else would lead: {steps:#?}");
    check(
        &session,
        &steps,
        expect![[r#"
        *      3000 you: Cut the link: broker 1 – controller
               3000 broker 1: The link between broker 1 and controller is cut.
        *     11129 controller: SessionOver(BrokerId(1))
              11129 controller: The controller fences broker 1: it has heard nothing from it.
              11129 controller: P0 now belongs to broker 2, epoch 1.
        *     13000 you: Produce one record: app
              13000 app: app puts a record into its batch for P0.
              13004 app: app sends Produce to broker 1.
              13006 broker 1: Written { partition: P0, offset: 0, epoch: 0, times: 1 }
              13006 broker 1: broker 1 answers Produce of app.
              13008 app: Confirmed { acks: Leader }
        =     25004 broker 1: Cut { partition: P0, to: 0 }
    "#]],
    );
}
