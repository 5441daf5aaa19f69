//! Kafkascope: an instrument to look into Apache Kafka.
//!
//! The rooms, in reading order. Left of the wall everything is pure and runs natively; `stage`,
//! `lens` and `ui` are the browser half and exist only with the feature `web`.

pub mod sim; // THE CLUSTER: deterministic; knows no picture, no person, no language
pub mod session; // THE TAPE: where in time we are
pub mod metrics; // THE GAUGES: what events add up to
pub mod scenario_file; // THE SCORE: scenario files as people write them
pub mod scene; // THE PICTURE: world to display list; no browser, no colour
pub mod locale; // THE TONGUE: every word a person reads

#[cfg(feature = "web")]
pub mod stage; // THE SCREEN: paints scenes, reports gestures; knows nothing of Kafka
#[cfg(feature = "web")]
pub mod lens; // THE LENS: the running picture, before and under the panels
#[cfg(feature = "web")]
pub mod ui; // THE PANELS: the only room that sees all

/// Much of the engine's work is to make messages and to drop them.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
