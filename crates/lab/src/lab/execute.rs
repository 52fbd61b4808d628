//! Commands carried out on a cluster.

use ringside_sim::Regions;
use ringside_store::{Key, NodeId, Operation, RequestId, Value};

use super::Lab;
use super::command::{Command, Way};
use crate::error::{CommandError, ScenarioError};
use crate::scenario::{LatencyModel, Legs, Load, Service, check, legs};

impl Lab {
    /// Does what a command says. Gives the request of a put, get or delete.
    ///
    /// # Errors
    ///
    /// Refuses impossible values, and what the cluster's state does not allow; nothing has changed
    /// then.
    pub(crate) fn carry_out(
        &mut self,
        command: &Command,
    ) -> Result<Option<RequestId>, CommandError> {
        let cluster = &mut self.cluster;
        match command {
            Command::Put { .. } | Command::Get { .. } | Command::Delete { .. } => {
                return self.ask(command);
            }
            Command::Hold(message) => cluster.hold(*message)?,
            Command::Release(message) => cluster.release(*message)?,
            Command::Drop(message) => cluster.drop_message(*message)?,
            Command::Duplicate(message) => cluster.duplicate(*message)?,
            Command::Delay { message, by } => cluster.delay(*message, *by)?,
            Command::Plan(planned) => self.plan(planned)?,
            Command::Cancel(number) => self.cancel(*number)?,
            Command::Quorum { n, r, w } => cluster.set_quorum(check::quorum(*n, *r, *w)?)?,
            Command::Load(load) => self.set_load(load)?,
            Command::Latency(model) => self.set_latency(model)?,
            Command::Legs(models) => self.set_legs(models.as_ref())?,
            Command::Regions(regions) => self.set_regions(*regions),
            Command::Service(service) => self.set_service(service)?,
            Command::Loss(share) => cluster.set_loss(*share),
            Command::Duplication(share) => cluster.set_duplication(*share),
            Command::Reordering(share) => cluster.set_reordering(*share),
            Command::Chaos(dial) => cluster.set_chaos(*dial),
            Command::Coordinator(choice) => cluster.set_coordinator(*choice),
            Command::Settings(settings) => cluster.set_settings((**settings).clone()),
            Command::Clock(clock) => cluster.set_clock(clock.node, clock.to_sim())?,
            Command::Crash(node) => cluster.crash(*node)?,
            Command::Restart(node) => cluster.restart(*node)?,
            Command::Wipe(node) => cluster.wipe(*node)?,
            Command::Pause(node) => cluster.pause(*node)?,
            Command::Resume(node) => cluster.resume(*node)?,
            Command::Slow { node, by } => cluster.slow(*node, *by)?,
            Command::Partition(side) => cluster.partition(side)?,
            Command::Isolate(node) => cluster.isolate(*node)?,
            Command::Heal => cluster.heal(),
            Command::Cut(ways) => cluster.cut(&links(ways))?,
            Command::Mend(ways) => cluster.mend(&links(ways))?,
            Command::Clog(way) => cluster.clog(way.from, way.to)?,
            Command::Unclog(way) => cluster.unclog(way.from, way.to)?,
            Command::SlowLink { from, to, by } => cluster.slow_link(*from, *to, *by)?,
            Command::LossyLink { from, to, share } => cluster.lossy_link(*from, *to, *share)?,
            Command::Swizzle { nodes, every } => cluster.swizzle(nodes, *every)?,
            Command::Join(node) => cluster.join(*node)?,
            Command::Leave(node) => cluster.leave(*node)?,
            Command::Remove { node, by } => cluster.remove(*node, *by)?,
        }
        Ok(None)
    }

    fn ask(&mut self, command: &Command) -> Result<Option<RequestId>, CommandError> {
        let cluster = &mut self.cluster;
        let request = match command {
            Command::Put { key, value, through, ttl: Some(ttl) } => {
                cluster.put_with_ttl(*ttl, &Key::new(key), Value::new(value), *through)?
            }
            Command::Put { key, value, through, ttl: None } => {
                let value = Some(Value::new(value));
                cluster.request(Operation::Put, &Key::new(key), value, *through)?
            }
            Command::Get { key, through } => {
                cluster.request(Operation::Get, &Key::new(key), None, *through)?
            }
            Command::Delete { key, through } => {
                cluster.request(Operation::Delete, &Key::new(key), None, *through)?
            }
            _ => return Ok(None),
        };
        Ok(Some(request))
    }

    fn set_load(&mut self, load: &Load) -> Result<(), CommandError> {
        let changed = self.cluster.set_load(load.to_sim());
        changed.map_err(|error| ScenarioError::new("load", error))?;
        self.load = load.clone();
        Ok(())
    }

    fn set_latency(&mut self, model: &LatencyModel) -> Result<(), CommandError> {
        self.cluster.set_latency(model.to_latency()?);
        self.latency = model.clone();
        Ok(())
    }

    fn set_legs(&mut self, models: Option<&Legs>) -> Result<(), CommandError> {
        self.cluster.set_legs(legs::to_sim(models)?);
        self.legs = models.cloned();
        let regions = legs::regions_in_force(models, self.regions);
        if self.cluster.channels().regions != regions {
            self.cluster.set_regions(regions);
        }
        Ok(())
    }

    fn set_regions(&mut self, named: Option<Regions>) {
        self.regions = named;
        self.cluster.set_regions(legs::regions_in_force(self.legs.as_ref(), named));
    }

    fn set_service(&mut self, service: &Service) -> Result<(), CommandError> {
        self.cluster.set_service(service.to_sim()?);
        self.service = service.clone();
        Ok(())
    }
}

fn links(ways: &[Way]) -> Vec<(NodeId, NodeId)> {
    ways.iter().map(|way| (way.from, way.to)).collect()
}
