//! What a consuming application can be told: when it commits, who works on records, what it does
//! when one throws; and what it does out of its usual order.

use yew::prelude::*;

use super::deeds::{Controls, Picks};
use super::kit::{Button, Text, pick, text, typed};
use super::sheet::Application;
use super::submit::{named, whole};
use crate::locale::Words;
use crate::sim::command::{Command, ConfigTarget, Quantity};
use crate::sim::handling::{Act, CommitMode, Handler, Handling, OnError, PollMode, SeekTo};
use crate::sim::id::ClientId;
use crate::sim::processing::{ProcessingGuarantee, Transform};
use crate::sim::time::Span;

/// How long a poll on command waits for records: the timeout of most examples.
const POLL: Span = Span::secs(1);
/// The longest that can be typed, in milliseconds: a day.
const DAY_MS: u32 = 86_400_000;

/// A way to work, and what it means.
type Way = (&'static str, &'static str);

/// When an application commits: `enable.auto.commit`, then what it does without it.
pub(super) fn commits(words: Words) -> [Way; 6] {
    [
        (words.ui_commit_auto(), words.ui_commit_auto_hint()),
        (words.ui_commit_sync(), words.ui_commit_sync_hint()),
        (words.ui_commit_each(), words.ui_commit_each_hint()),
        (words.ui_commit_before(), words.ui_commit_before_hint()),
        (words.ui_commit_async(), words.ui_commit_async_hint()),
        (words.ui_commit_none(), words.ui_commit_none_hint()),
    ]
}

/// What a stream processor does with records, in the order of `Transform::ALL`.
pub(super) fn transforms(words: Words) -> [Way; Transform::ALL.len()] {
    [
        ("map", words.ui_transform_map()),
        ("filter", words.ui_transform_filter()),
        ("count", words.ui_transform_count()),
    ]
}

/// How sure a stream processor is, in the order of `ProcessingGuarantee::ALL`.
pub(super) fn guarantees(words: Words) -> [Way; 2] {
    let [least, exactly] = [ProcessingGuarantee::NAMES[0], ProcessingGuarantee::NAMES[1]];
    [(least, words.ui_why_flushes_first()), (exactly, words.ui_why_exactly_once())]
}

/// Who works on records.
pub(super) fn handlers(words: Words) -> [Way; 2] {
    [
        (words.ui_handler_poll(), words.ui_handler_poll_hint()),
        (words.ui_handler_async(), words.ui_handler_async_hint()),
    ]
}

/// What happens when a record throws.
pub(super) fn on_errors(words: Words) -> [Way; 3] {
    [
        (words.ui_throws_die(), words.ui_throws_die_hint()),
        (words.ui_throws_skip(), words.ui_throws_skip_hint()),
        (words.ui_throws_retry(), words.ui_throws_retry_hint()),
    ]
}

/// One of a list, with a sentence about the one that is chosen.
pub(super) fn explained(
    label: &'static str,
    options: &[Way],
    chosen: usize,
    on_choose: Callback<usize>,
) -> Html {
    let names: Vec<AttrValue> = options.iter().map(|(name, _)| (*name).into()).collect();
    let hint = options.get(chosen).map(|(_, hint)| *hint);
    html! {
        <div class="explained">
            { pick(label, &names, chosen, on_choose) }
            <small>{ hint }</small>
        </div>
    }
}

fn place<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or(0)
}

impl Controls<'_> {
    /// All of it; what is rare is folded.
    pub(super) fn application(&self, of: &Application) -> Html {
        let words = self.desk.words;
        let polls = [
            (words.ui_polls_loop(), words.ui_polls_loop_hint()),
            (words.ui_polls_command(), words.ui_polls_command_hint()),
        ];
        let now = of.handling;
        let choose = |put: fn(&mut Handling, usize)| self.handles(of.client, now, put);
        let on_command = now.poll == PollMode::OnCommand;
        html! {
            <>
                { self.committing(of) }
                { explained(words.ui_handler(), &handlers(words),
                    place(&Handler::ALL, &now.handler),
                    choose(|it, at| put(&mut it.handler, &Handler::ALL, at))) }
                { explained(words.ui_throws(), &on_errors(words),
                    place(&OnError::ALL, &now.on_error),
                    choose(|it, at| put(&mut it.on_error, &OnError::ALL, at))) }
                { explained(words.ui_polls(), &polls, place(&PollMode::ALL, &now.poll),
                    choose(|it, at| put(&mut it.poll, &PollMode::ALL, at))) }
                if on_command {
                    <div class="buttons">
                        { self.tells(words.ui_act_poll(), of.client, Act::Poll(POLL)) }
                        { self.tells(words.ui_act_commit(), of.client, Act::Commit) }
                    </div>
                }
                <details>
                    <summary>{ words.ui_out_of_order() }</summary>
                    <div class="fold">{ self.rare(of) }</div>
                </details>
            </>
        }
    }

    fn tells(&self, label: &'static str, client: ClientId, act: Act) -> Html {
        self.does(label, Command::Consume { client, act }).html()
    }

    /// What is chosen from a list changes one thing about how the application works.
    fn handles(
        &self,
        client: ClientId,
        now: Handling,
        change: fn(&mut Handling, usize),
    ) -> Callback<usize> {
        let submit = self.submit.clone();
        Callback::from(move |index: usize| {
            let mut handling = now;
            change(&mut handling, index);
            submit.emit(Ok(Command::Consume { client, act: Act::Handle(handling) }));
        })
    }

    /// When it commits: a config and, without that, the application's own doing.
    fn committing(&self, of: &Application) -> Html {
        let (words, submit) = (self.desk.words, self.submit.clone());
        let (client, now, auto) = (of.client, of.handling, of.auto_commit);
        let chosen = if auto { 0 } else { place(&CommitMode::ALL, &now.commit) + 1 };
        let on_choose = Callback::from(move |index: usize| {
            let wants_auto = index == 0;
            let done = wants_auto == auto || {
                let (target, name) = (ConfigTarget::Client(client), "enable.auto.commit".into());
                let value = if wants_auto { "true" } else { "false" }.into();
                submit.emit(Ok(Command::SetConfig { target, name, value }))
            };
            let mode = index.checked_sub(1).and_then(|at| CommitMode::ALL.get(at));
            if let Some(mode) = mode.filter(|mode| done && **mode != now.commit) {
                let act = Act::Handle(Handling { commit: *mode, ..now });
                submit.emit(Ok(Command::Consume { client, act }));
            }
        });
        explained(words.ui_commit(), &commits(words), chosen, on_choose)
    }

    /// One slow record; and one partition: slow, paused, or read from elsewhere.
    fn rare(&self, of: &Application) -> Html {
        let (words, client) = (self.desk.words, of.client);
        let slow_record = {
            let time = self.typed_ms(words);
            let wish = time.map(|time| Command::Consume { client, act: Act::SlowRecord(time) });
            self.wishes(words.ui_act_slow_record(), wish)
        };
        let time = self.field(words.ui_form_processing(), "ms", &self.picks.slow, |it, new| {
            it.slow = new;
        });
        let chosen = self.picks.part.min(of.shares.len().saturating_sub(1));
        let Some(share) = of.shares.get(chosen) else {
            return html! { <>{ time }<div class="buttons">{ slow_record }</div></> };
        };
        let (topic, partition) = (share.topic.clone(), share.index);
        let slow_partition = {
            let topic = topic.clone();
            let act =
                self.typed_ms(words).map(|time| Act::SlowPartition { topic, partition, time });
            self.wishes(
                words.ui_act_slow_partition(),
                act.map(|act| Command::Consume { client, act }),
            )
        };
        let (label, act) = match share.paused {
            false => (words.ui_act_pause(), Act::Pause { topic: topic.clone(), partition }),
            true => (words.ui_act_resume(), Act::Resume { topic: topic.clone(), partition }),
        };
        let names: Vec<AttrValue> = of.shares.iter().map(|it| it.name.clone().into()).collect();
        let pause = self.does(label, Command::Consume { client, act });
        let seek = self
            .seek(words)
            .map(|to| Command::Consume { client, act: Act::Seek { topic, partition, to } });
        let to = [
            words.ui_seek_beginning(),
            words.ui_seek_end(),
            words.ui_seek_offset(),
            words.ui_seek_ago(),
        ];
        let to = to.map(AttrValue::from);
        let unit = match self.picks.seek {
            2 => Some((words.ui_seek_offset(), "")),
            3 => Some((words.ui_seek_ago(), "s")),
            _ => None,
        };
        html! {
            <>
                { self.picked(words.ui_fact_partition(), &names, chosen, |it, at| it.part = at,
                    pause.hint(Some(words.ui_pause_hint()))) }
                { self.picked(words.ui_seek(), &to, self.picks.seek, |it, at| it.seek = at,
                    self.wishing_button(words.ui_act_seek(), seek)) }
                if let Some((label, unit)) = unit {
                    { self.field(label, unit, &self.picks.place, |it, new| it.place = new) }
                }
                { time }
                <div class="buttons">{ slow_partition }{ slow_record }</div>
            </>
        }
    }

    /// Where to seek, as it is picked and typed.
    fn seek(&self, words: Words) -> Result<SeekTo, String> {
        let text = &self.picks.place;
        Ok(match self.picks.seek {
            0 => SeekTo::Beginning,
            1 => SeekTo::End,
            2 => SeekTo::Offset(named(words, "offset", text, (0, u32::MAX))?.into()),
            _ => SeekTo::Ago(Span::secs(
                named(words, words.ui_seek_ago(), text, (0, 86_400))?.into(),
            )),
        })
    }

    fn typed_ms(&self, words: Words) -> Result<Span, String> {
        let ms = whole(words, Quantity::Processing, &self.picks.slow, (0, DAY_MS))?;
        Ok(Span::ms(ms.into()))
    }

    fn wishes(&self, label: &'static str, wish: Result<Command, String>) -> Html {
        self.wishing_button(label, wish).html()
    }

    pub(super) fn wishing_button(
        &self,
        label: &'static str,
        wish: Result<Command, String>,
    ) -> Button {
        let submit = self.submit.clone();
        let press = Callback::from(move |_| {
            submit.emit(wish.clone());
        });
        Button::new(label, press)
    }

    pub(super) fn field(
        &self,
        label: &'static str,
        unit: &'static str,
        value: &AttrValue,
        put: fn(&mut Picks, AttrValue),
    ) -> Html {
        let picks = self.picks.clone();
        let oninput = Callback::from(move |event: InputEvent| {
            if let Some(text) = typed(&event) {
                let mut new = (*picks).clone();
                put(&mut new, text.into());
                picks.set(new);
            }
        });
        let unit = Some(unit).filter(|unit| !unit.is_empty());
        text(Text { label, value: value.clone(), numeric: true, unit, hint: None, oninput })
    }
}

fn put<T: Copy>(place: &mut T, all: &[T], at: usize) {
    if let Some(chosen) = all.get(at) {
        *place = *chosen;
    }
}
