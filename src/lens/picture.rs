//! The running picture: time passes, the scene is drawn, and whoever listens is told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::{File, HtmlCanvasElement};

use super::handle::Handle;
use super::look::Look;
use super::looker::{Looker, pointed};
use super::waiting::Waiting;
use super::{document, drop};
use crate::scene::item::Scene;
use crate::scene::view::Entity;
use crate::stage::{Frame, Stage};

/// What the panels are told.
#[derive(Clone, Debug)]
pub enum News {
    /// So many milliseconds passed, and a picture was drawn if it brought anything.
    Frame(f64),
    /// A thing was chosen in the picture, or let go.
    Chose(Option<Entity>),
    /// A file is held over the page, or was taken away.
    Held(bool),
    /// A file was let go over the page.
    Dropped(File),
}

/// Whoever is told.
type Ear = Rc<dyn Fn(News)>;

struct Parts {
    handle: Handle,
    looker: RefCell<Looker>,
    canvas: Option<HtmlCanvasElement>,
    /// Whether the picture was drawn before.
    drawn: Cell<bool>,
    ear: RefCell<Option<Ear>>,
    /// A file that came when nobody was there yet who could read it.
    early: RefCell<Option<File>>,
    waiting: Waiting,
    stage: RefCell<Option<Stage>>,
    hands: RefCell<Vec<EventListener>>,
}

/// The running picture. It never changes its identity, and runs for as long as the page is there.
#[derive(Clone)]
pub struct Lens(Rc<Parts>);

impl PartialEq for Lens {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Lens {
    /// A look at a session; it stands still until it is run.
    pub fn new(handle: Handle) -> Self {
        let waiting = Waiting::new(handle.look().words());
        Self(Rc::new(Parts {
            handle,
            looker: RefCell::default(),
            canvas: document::canvas(),
            drawn: Cell::new(false),
            ear: RefCell::default(),
            early: RefCell::default(),
            waiting,
            stage: RefCell::default(),
            hands: RefCell::default(),
        }))
    }

    /// The door to the session.
    pub fn handle(&self) -> &Handle {
        &self.0.handle
    }

    /// Who looks at it.
    pub fn looker(&self) -> &RefCell<Looker> {
        &self.0.looker
    }

    /// Where it is drawn.
    pub fn canvas(&self) -> Option<&HtmlCanvasElement> {
        self.0.canvas.as_ref()
    }

    /// What is said in the panels' place.
    pub fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    /// Draws it from now on, frame by frame.
    pub fn run(&self) {
        let look = self.0.handle.look();
        document::speak(look.lang);
        document::wear(look.theme);
        let Some(canvas) = &self.0.canvas else { return };
        let (eyes, hand) = (self.clone(), self.clone());
        let stage = Stage::on(
            canvas,
            move |frame| eyes.turn(frame),
            move |gesture| {
                let chosen = pointed(&hand.0.handle, &hand.0.looker, gesture);
                chosen.into_iter().for_each(|chosen| hand.tell(News::Chose(chosen)));
            },
        );
        self.0.stage.replace(stage);
        self.0.hands.replace(drop::hands(self));
    }

    /// Lets time pass and draws what it brought; nothing, where nothing changed.
    fn turn(&self, frame: Frame) -> Option<Rc<Scene>> {
        let Parts { handle, looker, drawn, waiting, .. } = &*self.0;
        let changed = handle.advance(frame.elapsed);
        let look = handle.look();
        let draw = |looker: &mut Looker| {
            let restless = changed || looker.is_restless(frame.size);
            restless.then(|| handle.read(|session| looker.draw(session, &look, frame)))
        };
        let scene = draw(&mut looker.borrow_mut());
        if !drawn.replace(true) {
            document::clear_still();
            waiting.coming();
        }
        // Told only now: whoever hears of it may look at the session again.
        self.tell(News::Frame(frame.elapsed));
        scene
    }

    /// From now on it is told what happens.
    pub fn listen(&self, ear: impl Fn(News) + 'static) {
        self.0.ear.replace(Some(Rc::new(ear)));
        if let Some(file) = self.0.early.take() {
            self.tell(News::Dropped(file));
        }
    }

    /// Tells whoever listens; until somebody does, what was chosen and dropped is kept.
    pub fn tell(&self, news: News) {
        let Parts { handle, ear, early, .. } = &*self.0;
        let ear = ear.borrow().clone();
        match (ear, news) {
            (Some(ear), news) => ear(news),
            (None, News::Chose(chosen)) => handle.set_look(Look { chosen, ..handle.look() }),
            (None, News::Dropped(file)) => {
                early.replace(Some(file));
            }
            (None, News::Frame(_) | News::Held(_)) => {}
        }
    }
}
