//! The page as a whole.

use std::rc::Rc;

use yew::prelude::*;

use crate::browser::preferences;
use crate::components::controls::{
    FaultsPanel, KeyForm, LoadPanel, MechanismsPanel, NetworkPanel, QuorumPanel,
};
use crate::components::diagram::DiagramLens;
use crate::components::export::DropTarget;
use crate::components::gossip::GossipLens;
use crate::components::merkle::MerkleLens;
use crate::components::operation::{Counters, Lists, OperationPanel, ReplicasPanel};
use crate::components::ring::Stage;
use crate::components::shell::{Header, LENS_BODY, LensTabs, NoticeBar};
use crate::components::staleness::{ObjectivesPanel, StalenessLens, StalenessStrip, VerdictPanel};
use crate::components::time::{MarkJumps, PastDialog, StepAnnouncer, TimeBar, Transport, WhyPanel};
use crate::components::twins::TwinsLens;
use crate::components::versions::VersionsLens;
use crate::engine::{Engine, use_engine, use_run};
use crate::shortcuts::use_shortcuts;
use crate::state::disclosures::Disclosure;
use crate::state::lens::{Lens, LensFrame};
use crate::state::{Action, Notice, State};

/// The application: opens the run that the address describes, and provides its engine to the page.
#[component]
pub(crate) fn App() -> Html {
    let started = use_memo((), |()| {
        let (engine, state) = Engine::start()?;
        Ok::<_, String>((engine, Rc::new(state)))
    });
    match &*started {
        Ok((engine, state)) => html! {
            <ContextProvider<Engine> context={engine.clone()}>
                <Page first={state.clone()} />
            </ContextProvider<Engine>>
        },
        Err(reason) => html! {
            <main class="broken" role="alert">
                <h1>{ "Ringside" }</h1>
                <p>{ format!("The page could not be opened: {reason}.") }</p>
            </main>
        },
    }
}

/// The props of `Page`.
#[derive(PartialEq, Properties)]
struct Props {
    /// The state when the page opens.
    first: Rc<State>,
}

/// The whole page: header, lens, controls, instruments and time.
#[component]
fn Page(props: &Props) -> Html {
    let engine = use_run();
    let state = use_reducer(|| (*props.first).clone());
    use_engine(&engine, &state);
    use_shortcuts(&engine, &state);
    use_effect_with(state.disclosures, |disclosures| preferences::save_disclosures(*disclosures));
    let on_dismiss = use_callback(engine.clone(), |notice: Rc<Notice>, engine| {
        engine.dispatch(Action::Dismiss(notice));
    });
    let frame = &state.snapshot.frame;
    html! {
        <>
            <Header origin={state.origin} scenario={state.scenario.clone()} theme={state.theme}
                shortcuts={state.shortcuts} playing={state.playing} view_params={state.view_params()} />
            <NoticeBar notice={state.notice.clone()} repeated={state.snapshot.repeated} {on_dismiss} />
            <main class="workspace">
                { view(&state) }
                { controls(&state) }
                { instruments(&state) }
            </main>
            <div class="bottom-bar">
                { time(&state) }
                <StepAnnouncer lines={state.snapshot.log.clone()} now={frame.now} playing={state.playing}
                    jumped={state.time.jump.is_some()} />
                <Counters totals={frame.totals.clone()} digest={frame.digest.clone()} />
            </div>
            <PastDialog asking={state.time.asking.clone()} />
            <DropTarget />
        </>
    }
}

/// Renders the controls of time: the time bar with its marks, and the transport buttons.
fn time(state: &State) -> Html {
    let (snapshot, time) = (&state.snapshot, &state.time);
    let (position, now) = (&snapshot.position, snapshot.frame.now);
    html! {
        <>
            <div class="time-controls">
                <TimeBar position={position.clone()} {now} seeking={time.seeking}
                    jump={time.jump.clone()} />
                <Transport playing={state.playing} speed={state.speed} pace={snapshot.pace}
                    stride={time.stride} {now} />
            </div>
            <MarkJumps ticks={position.ticks.clone()} kind={time.kind} runs={position.runs.clone()}
                shown={position.shown} />
        </>
    }
}

/// Renders the strip of objectives, the lens tabs and the open lens.
fn view(state: &State) -> Html {
    let readings = state.snapshot.readings.clone();
    html! {
        <div class="view">
            <StalenessStrip {readings} key_text={state.key.clone()} />
            <LensTabs lens={state.lens} />
            <div id={LENS_BODY} class="lens-body" role="tabpanel" tabindex="-1"
                aria-labelledby={state.lens.tab_id()}>
                { open_lens(state) }
            </div>
        </div>
    }
}

/// Renders the open lens.
fn open_lens(state: &State) -> Html {
    let snapshot = &state.snapshot;
    match state.lens {
        Lens::Ring => html! {
            <Stage snapshot={snapshot.clone()} ring={state.ring} aim={state.aim()}
                chosen={state.chosen.clone()} highlighted={state.time.highlighted.clone()} hidden={state.hidden} />
        },
        Lens::Diagram => html! {
            <DiagramLens frame={snapshot.lens.diagram().unwrap_or_default()} state={state.diagram}
                hidden={state.hidden} explains={state.time.why.is_some()} />
        },
        Lens::Versions => {
            let lineage = snapshot.lens.lineage();
            html! {
                <VersionsLens {lineage} state={state.versions.clone()} through={state.through}
                    playing={state.playing} />
            }
        }
        Lens::Merkle => html! {
            <MerkleLens frame={snapshot.lens.merkle()} state={state.merkle} />
        },
        Lens::Gossip => html! {
            <GossipLens frame={snapshot.lens.gossip()} state={state.gossip} theme={state.theme}
                playing={state.playing} />
        },
        Lens::Twins => twins(state),
        Lens::Staleness => html! {
            <StalenessLens readings={snapshot.readings.clone()} predictions={state.predictions.clone()}
                quorum={snapshot.frame.quorum} nodes={snapshot.dial.members().len()}
                read_out_ms={state.read_out_ms} theme={state.theme} playing={state.playing} />
        },
    }
}

/// Renders the twins lens; nothing before its first frame.
fn twins(state: &State) -> Html {
    let snapshot = &state.snapshot;
    let LensFrame::Twins(twins) = &snapshot.lens else { return Html::default() };
    html! {
        <TwinsLens twins={twins.clone()} runs={snapshot.position.runs.clone()}
            shown={snapshot.position.shown} sli={state.twins.sli} dial={snapshot.dial.clone()}
            theme={state.theme} playing={state.playing} />
    }
}

/// Renders the controls: the form for requests, and below it either the common controls or, in their
/// place, all mechanisms.
fn controls(state: &State) -> Html {
    let frame = &state.snapshot.frame;
    let mechanisms = state.disclosures.is_open(Disclosure::Mechanisms);
    html! {
        <div class="column controls">
            <KeyForm nodes={frame.nodes.len()} key_text={state.key.clone()}
                value={state.value.clone()} through={state.through} ttl={state.ttl}
                default_ttl={frame.settings.deletes.default_ttl} {mechanisms} />
            if mechanisms {
                <MechanismsPanel snapshot={state.snapshot.clone()} disclosures={state.disclosures} />
            } else {
                { common_controls(state) }
            }
        </div>
    }
}

/// Renders the controls that are used most.
fn common_controls(state: &State) -> Html {
    let frame = &state.snapshot.frame;
    html! {
        <>
            <QuorumPanel quorum={frame.quorum}
                nodes={state.snapshot.dial.members().len().max(1)} />
            <FaultsPanel chosen={state.chosen.clone()} snapshot={state.snapshot.clone()}
                more={state.disclosures.is_open(Disclosure::MoreFaults)} />
            <LoadPanel load={frame.load.clone()} />
            <NetworkPanel latency={frame.latency.clone()} legs={frame.legs.clone()}
                loss={frame.loss} />
        </>
    }
}

/// Renders the instruments: the operation, its explanation or the replicas, and the lists.
fn instruments(state: &State) -> Html {
    if state.lens == Lens::Staleness {
        return judgements(state);
    }
    let frame = &state.snapshot.frame;
    html! {
        <div class="column instruments">
            <OperationPanel operation={frame.operation.clone()} now={frame.now}
                selected={state.operation.is_some()} />
            if let Some(why) = &state.time.why {
                <WhyPanel why={why.clone()} />
            } else {
                <ReplicasPanel key_frame={frame.key.clone()} />
                <Lists snapshot={state.snapshot.clone()} tab={state.tab} picked={state.picked}
                    playing={state.playing} />
            }
        </div>
    }
}

/// Renders the verdict and the objectives, which replace the instruments in the staleness lens.
fn judgements(state: &State) -> Html {
    let snapshot = &state.snapshot;
    html! {
        <div class="column instruments">
            <VerdictPanel readings={snapshot.readings.clone()} key_text={state.key.clone()} />
            <ObjectivesPanel snapshot={snapshot.clone()}
                timescale={state.timescale} speed={state.speed} />
        </div>
    }
}
