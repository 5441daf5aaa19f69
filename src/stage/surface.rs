//! The canvas as a surface: its size in the page and the device pixels behind it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, ResizeObserver, Window};

use crate::scene::geometry::Size;

/// More device pixels than this per CSS pixel cost time and show nothing.
const FINEST: f64 = 3.0;

/// A canvas whose bitmap follows its size and the screen it is on.
pub struct Surface {
    window: Window,
    canvas: HtmlCanvasElement,
    resized: Rc<Cell<bool>>,
    size: Cell<Size>,
    ratio: Cell<f64>,
    observer: Option<ResizeObserver>,
    _noticed: Closure<dyn FnMut()>,
}

impl Surface {
    /// Takes charge of the canvas' bitmap.
    pub fn new(window: Window, canvas: HtmlCanvasElement) -> Surface {
        let resized = Rc::new(Cell::new(true));
        let flag = resized.clone();
        let noticed = Closure::<dyn FnMut()>::new(move || flag.set(true));
        let observer = ResizeObserver::new(noticed.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(&canvas);
        }
        Surface {
            window,
            canvas,
            resized,
            size: Cell::default(),
            ratio: Cell::new(0.0),
            observer,
            _noticed: noticed,
        }
    }

    /// Follows the page. True when the bitmap changed, which cleared it.
    pub fn settle(&self) -> bool {
        // The ratio changes by zooming and by moving to another screen; no one event tells both.
        let ratio = self.window.device_pixel_ratio().clamp(0.5, FINEST);
        if !self.resized.replace(false) && ratio == self.ratio.get() {
            return false;
        }
        let (w, h) = (self.canvas.client_width().max(0), self.canvas.client_height().max(0));
        self.ratio.set(ratio);
        self.size.set(Size { w: w as f32, h: h as f32 });
        self.canvas.set_width((f64::from(w) * ratio).round() as u32);
        self.canvas.set_height((f64::from(h) * ratio).round() as u32);
        true
    }

    /// Its size in CSS pixels.
    pub fn size(&self) -> Size {
        self.size.get()
    }

    /// Device pixels per CSS pixel.
    pub fn ratio(&self) -> f64 {
        self.ratio.get()
    }
}

impl Drop for Surface {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
