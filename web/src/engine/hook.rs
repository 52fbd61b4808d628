//! The hook that keeps the engine in step with the page's state and with the browser.

use gloo::events::EventListener;
use yew::{UseReducerHandle, hook, use_context, use_effect_with};

use super::Engine;
use super::player::DiagramView;
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

/// Keeps the engine in step with the state, and wakes it when the browser has news for it.
#[hook]
pub(crate) fn use_engine(engine: &Engine, state: &UseReducerHandle<State>) {
    use_effect_with((engine.clone(), state.dispatcher()), |(engine, dispatcher)| {
        engine.0.dispatcher.replace(Some(dispatcher.clone()));
    });
    use_effect_with((engine.clone(), state.theme), |(engine, theme)| {
        theme.apply();
        engine.read_colours();
    });
    let seen = (state.hidden, state.picked, state.ring.view);
    use_effect_with((engine.clone(), seen), |(engine, (hidden, picked, view))| {
        engine.set_view(*hidden, *picked, *view);
    });
    use_effect_with((engine.clone(), state.focus()), |(engine, focus)| {
        engine.look(focus.clone());
    });
    use_effect_with((engine.clone(), state.lens), |(engine, lens)| {
        lens.keep();
        engine.look_through(*lens);
    });
    use_effect_with((engine.clone(), state.through), |(engine, through)| {
        engine.ask_through(*through);
    });
    use_effect_with((engine.clone(), state.merkle), |(engine, merkle)| {
        engine.look_at_trees(*merkle);
    });
    use_effect_with((engine.clone(), state.gossip.pair), |(engine, pair)| {
        engine.watch_pair(*pair);
    });
    let view = DiagramView {
        state: state.diagram,
        why: state.time.why.clone(),
        told: state.time.lit.clone(),
    };
    use_effect_with((engine.clone(), view), |(engine, view)| {
        engine.look_at_diagram(view.clone());
    });
    use_effect_with((engine.clone(), state.twins.versus), |(engine, versus)| {
        engine.compare(*versus);
    });
    use_effect_with((engine.clone(), state.interest()), |(engine, interest)| {
        engine.survey(interest.clone());
    });
    use_effect_with((engine.clone(), state.playing, state.speed), |(engine, playing, speed)| {
        engine.set_motion(*playing, *speed);
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
