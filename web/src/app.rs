//! The page as a whole.

use std::rc::Rc;

use ringside_lab::RequestId;
use yew::prelude::*;

use crate::components::controls::{
    FaultsPanel, KeyForm, LoadPanel, MechanismsPanel, NetworkPanel, QuorumPanel,
};
use crate::components::diagram::DiagramDesk;
use crate::components::export::DropTarget;
use crate::components::gossip::GossipDesk;
use crate::components::merkle::MerkleDesk;
use crate::components::operation::{Lists, OperationPanel, Readings, ReplicasPanel};
use crate::components::ring::Stage;
use crate::components::shell::{Header, LENS_BODY, LensBar, NoticeBar, back_to_ring};
use crate::components::staleness::{ObjectivesPanel, StalenessDesk, StalenessStrip, VerdictPanel};
use crate::components::time::{AskDialog, MarkJumps, StepTeller, TimeBar, Transport, WhyPanel};
use crate::components::twins::TwinsDesk;
use crate::components::versions::LineageDesk;
use crate::engine::{Engine, use_engine};
use crate::shortcuts::use_shortcuts;
use crate::state::disclosures::Drawer;
use crate::state::lens::{Lens, LensFrame};
use crate::state::{Action, Notice, State};

/// Opens the run that the address describes, and shows it.
#[component]
pub(crate) fn App() -> Html {
    let started = use_memo((), |()| {
        let (engine, state) = Engine::start()?;
        Ok::<_, String>((engine, Rc::new(state)))
    });
    match &*started {
        Ok((engine, state)) => html! { <Page engine={engine.clone()} first={state.clone()} /> },
        Err(reason) => html! {
            <main class="broken" role="alert">
                <h1>{ "Ringside" }</h1>
                <p>{ format!("The page could not be opened: {reason}.") }</p>
            </main>
        },
    }
}

/// What the page begins with.
#[derive(PartialEq, Properties)]
struct Props {
    engine: Engine,
    first: Rc<State>,
}

/// Everything on the page: the stage, what can be set, what can be read, and time.
#[component]
fn Page(props: &Props) -> Html {
    let engine = &props.engine;
    let state = use_reducer(|| (*props.first).clone());
    use_engine(engine, &state);
    use_shortcuts(engine, &state);
    use_effect_with(state.drawers, |drawers| drawers.keep());
    let on_dismiss = use_callback(engine.clone(), |notice: Rc<Notice>, engine| {
        engine.dispatch(Action::Dismiss(notice));
    });
    let frame = &state.snapshot.frame;
    html! {
        <>
            <Header engine={engine.clone()} origin={state.origin} scenario={state.scenario.clone()}
                theme={state.theme} shortcuts={state.shortcuts} playing={state.playing}
                looked={state.looked()} />
            <NoticeBar notice={state.notice.clone()} repeated={state.snapshot.repeated} {on_dismiss} />
            <main class="desk">
                { view(engine, &state) }
                { controls(engine, &state) }
                { instruments(engine, &state) }
            </main>
            <div class="bench">
                { time(engine, &state) }
                <StepTeller lines={state.snapshot.log.clone()} now={frame.now} playing={state.playing}
                    jumped={state.time.landing.is_some()} />
                <Readings totals={frame.totals.clone()} digest={frame.digest.clone()} />
            </div>
            <AskDialog engine={engine.clone()} asking={state.time.asking.clone()} />
            <DropTarget engine={engine.clone()} />
        </>
    }
}

/// What moves time: the whole run with its marks, and the buttons under it.
fn time(engine: &Engine, state: &State) -> Html {
    let (snapshot, time) = (&state.snapshot, &state.time);
    let (course, now) = (&snapshot.course, snapshot.frame.now);
    html! {
        <>
            <div class="time-desk">
                <TimeBar engine={engine.clone()} course={course.clone()} {now} seeking={time.seeking}
                    landing={time.landing.clone()} />
                <Transport engine={engine.clone()} playing={state.playing} speed={state.speed}
                    pace={snapshot.pace} stride={time.stride} {now} />
            </div>
            <MarkJumps engine={engine.clone()} ticks={course.ticks.clone()} kind={time.kind}
                runs={course.runs.clone()} shown={course.shown} />
        </>
    }
}

/// What is looked at: how the run stands, and under it the ring or what another lens shows.
fn view(engine: &Engine, state: &State) -> Html {
    let survey = state.snapshot.survey.clone();
    html! {
        <div class="view">
            <StalenessStrip {survey} key_text={state.key.clone()} />
            <LensBar engine={engine.clone()} lens={state.lens} />
            <div id={LENS_BODY} class="lens-body" role="tabpanel" tabindex="-1"
                aria-labelledby={state.lens.tab_id()}>
                { looked_at(engine, state) }
            </div>
        </div>
    }
}

/// What the open lens shows.
fn looked_at(engine: &Engine, state: &State) -> Html {
    let snapshot = &state.snapshot;
    match state.lens {
        Lens::Ring => html! {
            <Stage engine={engine.clone()} snapshot={snapshot.clone()} ring={state.ring} aim={state.aim()}
                chosen={state.chosen.clone()} told={state.time.lit.clone()} hidden={state.hidden} />
        },
        Lens::Diagram => html! {
            <DiagramDesk engine={engine.clone()} frame={snapshot.lens.diagram().unwrap_or_default()}
                state={state.diagram} hidden={state.hidden} explains={state.time.why.is_some()} />
        },
        Lens::Versions => {
            let lineage = snapshot.lens.lineage();
            html! {
                <LineageDesk engine={engine.clone()} {lineage}
                    state={state.versions.clone()} through={state.through} playing={state.playing} />
            }
        }
        Lens::Merkle => html! {
            <MerkleDesk engine={engine.clone()} frame={snapshot.lens.merkle()}
                state={state.merkle} />
        },
        Lens::Gossip => html! {
            <GossipDesk engine={engine.clone()} frame={snapshot.lens.gossip()}
                state={state.gossip} theme={state.theme} playing={state.playing} />
        },
        Lens::Twins => twins(engine, state),
        Lens::Staleness => html! {
            <StalenessDesk engine={engine.clone()} survey={snapshot.survey.clone()}
                foresight={state.foresight.clone()} quorum={snapshot.frame.quorum}
                nodes={snapshot.dial.members().len()} read_out_ms={state.read_out_ms}
                theme={state.theme} playing={state.playing} />
        },
    }
}

/// Two runs side by side; nothing before there is a picture of them.
fn twins(engine: &Engine, state: &State) -> Html {
    let snapshot = &state.snapshot;
    let LensFrame::Twins(twins) = &snapshot.lens else { return Html::default() };
    html! {
        <TwinsDesk engine={engine.clone()} twins={twins.clone()} runs={snapshot.course.runs.clone()}
            shown={snapshot.course.shown} sli={state.twins.sli} dial={snapshot.dial.clone()}
            theme={state.theme} playing={state.playing} />
    }
}

/// What can be set: what is asked of the store, and under it either the few controls that most is
/// done with or, in their place, every mechanism.
fn controls(engine: &Engine, state: &State) -> Html {
    let frame = &state.snapshot.frame;
    let mechanisms = state.drawers.is_open(Drawer::Mechanisms);
    html! {
        <div class="column controls">
            <KeyForm engine={engine.clone()} nodes={frame.nodes.len()} key_text={state.key.clone()}
                value={state.value.clone()} through={state.through} ttl={state.ttl}
                usual_ttl={frame.settings.deletes.default_ttl} {mechanisms} />
            if mechanisms {
                <MechanismsPanel engine={engine.clone()} snapshot={state.snapshot.clone()}
                    drawers={state.drawers} />
            } else {
                { few_controls(engine, state) }
            }
        </div>
    }
}

/// The controls that most is done with.
fn few_controls(engine: &Engine, state: &State) -> Html {
    let frame = &state.snapshot.frame;
    html! {
        <>
            <QuorumPanel engine={engine.clone()} quorum={frame.quorum}
                nodes={state.snapshot.dial.members().len().max(1)} />
            <FaultsPanel engine={engine.clone()} chosen={state.chosen.clone()}
                snapshot={state.snapshot.clone()} more={state.drawers.is_open(Drawer::MoreFaults)} />
            <LoadPanel engine={engine.clone()} load={frame.load.clone()} />
            <NetworkPanel engine={engine.clone()} latency={frame.latency.clone()}
                legs={frame.legs.clone()} loss={frame.loss} />
        </>
    }
}

/// What can be read.
fn instruments(engine: &Engine, state: &State) -> Html {
    if state.lens == Lens::Staleness {
        return judgements(engine, state);
    }
    let frame = &state.snapshot.frame;
    let on_why = {
        let engine = engine.clone();
        Callback::from(move |request| engine.why(request))
    };
    let on_take = {
        let engine = engine.clone();
        Callback::from(move |request| engine.take(request))
    };
    let on_follow_own = {
        let engine = engine.clone();
        Callback::from(move |()| engine.dispatch(Action::FollowOwn))
    };
    html! {
        <div class="column instruments">
            <OperationPanel operation={frame.operation.clone()} now={frame.now}
                taken={state.operation.is_some()} {on_why} {on_take} {on_follow_own} />
            if let Some(why) = &state.time.why {
                <WhyPanel engine={engine.clone()} why={why.clone()} />
            } else {
                <ReplicasPanel key_frame={frame.key.clone()} />
                <Lists engine={engine.clone()} snapshot={state.snapshot.clone()} tab={state.tab}
                    picked={state.picked} playing={state.playing} />
            }
        </div>
    }
}

/// What is judged, in the place of what can be read while the run's staleness is looked at.
fn judgements(engine: &Engine, state: &State) -> Html {
    let on_take = {
        let engine = engine.clone();
        Callback::from(move |request: RequestId| {
            engine.take(request);
            // An operation's steps are told beside the ring.
            back_to_ring(&engine);
        })
    };
    let snapshot = &state.snapshot;
    html! {
        <div class="column instruments">
            <VerdictPanel survey={snapshot.survey.clone()} key_text={state.key.clone()} {on_take} />
            <ObjectivesPanel engine={engine.clone()} snapshot={snapshot.clone()}
                timescale={state.timescale} speed={state.speed} />
        </div>
    }
}
