//! The second part: the panels. It is fetched as soon as the picture runs. What is reached only
//! from [`panels`] is cut out of the first download by scripts/split.sh; a build without the
//! feature "split" has it at once.

use crate::lens::Lens;

/// Brings the panels to a running picture, which goes on without them until they are here; what
/// could not be fetched may be asked for again.
pub fn bring(lens: Lens) {
    wasm_bindgen_futures::spawn_local(async move {
        if fetched(lens.clone()).await {
            return;
        }
        let again = lens.clone();
        lens.waiting().failed(move || bring(again.clone()));
    });
}

#[cfg(feature = "split")]
use cut::fetched;

/// Mounts the panels. True if they are here.
#[cfg(not(feature = "split"))]
async fn fetched(lens: Lens) -> bool {
    super::app::mount(lens);
    true
}

#[cfg(feature = "split")]
#[allow(
    unsafe_code,
    improper_ctypes,
    improper_ctypes_definitions,
    reason = "written by wasm_split"
)]
mod cut {
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    use crate::lens::Lens;

    /// Fetches the panels and mounts them. True if they are here.
    pub async fn fetched(lens: Lens) -> bool {
        panels(lens).await.is_ok()
    }

    #[wasm_split(panels, fallible)]
    fn panels(lens: Lens) -> Result<(), SplitLoaderError> {
        crate::ui::app::mount(lens);
        Ok(())
    }
}
