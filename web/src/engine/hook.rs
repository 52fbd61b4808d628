//! The hook that keeps the engine in step with the page's state and with the browser.

use gloo::events::EventListener;
use yew::{UseReducerHandle, hook, use_context, use_effect_with};

use super::Engine;
use crate::browser::preferences;
use crate::state::State;

/// Returns the engine that the page provides to its components as a Yew context.
///
/// # Panics
///
/// Panics outside the context that `App` provides.
#[hook]
pub(crate) fn use_run() -> Engine {
    use_context().unwrap_or_else(|| unreachable!("App provides the engine to all its components"))
}

/// Keeps the engine in step with the state and with the browser's events.
#[hook]
pub(crate) fn use_engine(engine: &Engine, state: &UseReducerHandle<State>) {
    use_effect_with((engine.clone(), state.dispatcher()), |(engine, dispatcher)| {
        engine.0.dispatcher.replace(Some(dispatcher.clone()));
    });
    use_effect_with((engine.clone(), state.theme), |(engine, theme)| {
        preferences::apply_theme(*theme);
        engine.read_colours();
    });
    use_effect_with(state.lens, |lens| preferences::save_lens(*lens));
    use_effect_with((engine.clone(), state.view_request()), |(engine, request)| {
        engine.show(request);
    });
    use_effect_with(engine.clone(), |engine| {
        let woken = engine.clone();
        let opener = engine.clone();
        let listeners = [
            EventListener::new(&gloo::utils::document(), "visibilitychange", move |_| woken.wake()),
            EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                opener.open_address();
            }),
        ];
        move || drop(listeners)
    });
}
