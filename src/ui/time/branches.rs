//! The list of branches: where each parted, why, and what became of its promises.

use yew::prelude::*;

use super::compare::Compare;
use crate::lens::handle::Handle;
use crate::locale::Words;
use crate::session::branches::{BranchId, BranchView, Why};
use crate::session::vary::Whose;
use crate::sim::command::ConfigTarget;
use crate::sim::{Command, World};
use crate::ui::desk::Desk;
use crate::ui::hud::Slice;
use crate::ui::kit::{Button, Sign, typed};
use crate::ui::panels::Roster;
use crate::ui::state::UiAction;
use crate::ui::time::Tape;
use crate::ui::time::vary::Vary;

/// What the list needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The desk.
    pub desk: Desk,
    /// The tape.
    pub tape: Slice<Tape>,
    /// What there is.
    pub roster: Slice<Roster>,
}

/// All branches, as a tree; the one that is shown is marked.
#[component]
pub fn Branches(props: &Props) -> Html {
    let Props { desk, tape, roster } = props;
    let words = desk.words;
    let (undo, redo) = tape.undo;
    let with = use_state(|| None::<(BranchId, u32)>);
    let compare = {
        let with = with.clone();
        Callback::from(move |id| with.set(Some((id, with.map_or(0, |(_, n)| n + 1)))))
    };
    let there =
        with.filter(|(id, _)| tape.branches.iter().any(|it| it.branch.id == *id && !it.is_current));
    let act = |act: fn(&Handle) -> bool| {
        let handle = desk.handle.clone();
        Callback::from(move |_: MouseEvent| {
            act(&handle);
        })
    };
    html! {
        <div class="branches">
            <p>{ words.ui_branches_intro() }</p>
            <div class="buttons">
                { Button::new(words.ui_take_back(), act(Handle::undo)).sign(Sign::Undo)
                    .enabled(undo).html() }
                { Button::new(words.ui_do_again(), act(Handle::redo)).sign(Sign::Redo)
                    .enabled(redo).html() }
            </div>
            <ol>{ for order(&tape.branches).into_iter().map(|(depth, it)| html! {
                <Row key={it.branch.id} desk={desk.clone()} view={it.clone()} {depth}
                    compare={compare.clone()} />
            }) }</ol>
            if let Some((id, n)) = there {
                <Compare key={n} desk={desk.clone()} with={id} />
            }
            <Vary desk={desk.clone()} roster={roster.clone()} tape={tape.clone()} />
        </div>
    }
}

/// Children follow their parents; how deep each is.
fn order(all: &[BranchView]) -> Vec<(usize, &BranchView)> {
    fn below<'a>(
        all: &'a [BranchView],
        parent: Option<BranchId>,
        depth: usize,
        found: &mut Vec<(usize, &'a BranchView)>,
    ) {
        for view in all.iter().filter(|it| it.branch.parent == parent) {
            found.push((depth, view));
            below(all, Some(view.branch.id), depth + 1, found);
        }
    }
    let mut found = Vec::new();
    below(all, None, 0, &mut found);
    found
}

/// What one line needs.
#[derive(Properties, PartialEq)]
pub struct RowProps {
    /// The desk.
    pub desk: Desk,
    /// The branch.
    pub view: BranchView,
    /// How many others it parted from.
    pub depth: usize,
    /// Has it compared with the one that is shown.
    pub compare: Callback<BranchId>,
}

/// A branch: a button to go there, and what can be done with it.
#[component]
pub fn Row(props: &RowProps) -> Html {
    let RowProps { desk, view, depth, compare } = props;
    let (words, id) = (desk.words, view.branch.id);
    let draft = use_state(|| None::<String>);
    let title = desk.handle.read(|session| title(words, session.world(), view));
    let go = {
        let handle = desk.handle.clone();
        Callback::from(move |_: MouseEvent| {
            handle.branch(|session| session.switch(id));
        })
    };
    let delete = {
        let handle = desk.handle.clone();
        Callback::from(move |_: MouseEvent| {
            handle.branch(|session| session.delete_branch(id));
        })
    };
    let rename = {
        let (draft, name) = (draft.clone(), view.branch.name.clone());
        Callback::from(move |_: MouseEvent| {
            draft.set(Some(name.as_deref().unwrap_or_default().to_owned()));
        })
    };
    let beside = desk.press(UiAction::Beside(Some(id)));
    let sums = view.sums;
    let said = words.ui_branch_sums(
        &words.span(view.reach.0),
        &words.number(sums.acked as i64),
        &words.number(sums.lost as i64),
        &words.number(sums.duplicated as i64),
    );
    html! {
        <li style={format!("margin-left:{}rem", depth.min(&6))}>
            if let Some(text) = &*draft {
                { form(desk, id, &draft, text) }
            } else {
                <button type="button" class="branch" onclick={go}
                    aria-current={view.is_current.then_some("true")}>
                    <b>{ title.clone() }</b>
                    <small>{ said }</small>
                </button>
                <div class="buttons">
                    { Button::new(words.ui_rename(), rename).class("small quiet").html() }
                    if !view.is_current {
                        { Button::new(words.ui_compare(), compare.reform(move |_| id))
                            .class("small quiet").html() }
                        { Button::new(words.ui_twin_open(), beside).class("small").html() }
                        { Button::new(words.ui_delete(), delete).class("small quiet").html() }
                    }
                </div>
            }
        </li>
    }
}

/// A field for the name; Enter or leaving it keeps it.
fn form(desk: &Desk, id: BranchId, draft: &UseStateHandle<Option<String>>, text: &str) -> Html {
    let words = desk.words;
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| draft.set(typed(&event)))
    };
    let onsubmit = {
        let (draft, handle, text) = (draft.clone(), desk.handle.clone(), text.to_owned());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            handle.branch(|session| session.name_branch(id, &text));
            draft.set(None);
        })
    };
    html! {
        <form {onsubmit}>
            <label class="field">
                <span class="label">{ words.ui_branch_name() }</span>
                <span class="entry">
                    <input type="text" autocomplete="off" maxlength="60" value={text.to_owned()}
                        {oninput} />
                </span>
            </label>
            <div class="buttons">
                <button type="submit" class="button small">{ words.ui_keep_name() }</button>
            </div>
        </form>
    }
}

/// What a branch is called: by a person, or by what made it another.
pub fn title(words: Words, world: &World, view: &BranchView) -> String {
    if let Some(name) = &view.branch.name {
        return name.to_string();
    }
    let at = words.span(view.branch.parted.0);
    let told = |command: &Command| words.command(command, world);
    match (&view.branch.why, view.branch.parent) {
        (_, None) => words.ui_branch_first().to_owned(),
        (Some(Why::Done(command)), _) => words.ui_branch_done(&at, &told(command)),
        (Some(Why::Undone(command)), _) => words.ui_branch_undone(&at, &told(command)),
        (Some(Why::Varied(it)), _) => {
            let whose = match &it.whose {
                Whose::Producers => words.ui_vary_producers().to_owned(),
                Whose::Consumers => words.ui_vary_consumers().to_owned(),
                Whose::Topics => words.ui_vary_topics().to_owned(),
                Whose::Of(ConfigTarget::Cluster) => words.ui_cluster().to_owned(),
                Whose::Of(ConfigTarget::Topic(name)) => name.to_string(),
                Whose::Of(ConfigTarget::Client(_)) => {
                    it.client.as_deref().unwrap_or_default().to_owned()
                }
            };
            words.ui_branch_varied(&it.name, &it.value, &whose)
        }
        (Some(Why::Without(command)), _) => words.ui_branch_without(&told(command)),
        (None, _) => words.ui_branch_from(&at),
    }
}
