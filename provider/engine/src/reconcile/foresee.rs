//! Where a plan ends, without asking AWS: what a Terraform plan shows.

use std::collections::BTreeSet;

use super::{
    acceptance,
    fold::fold,
    plan::{Planned, plan},
    rejection::{accepts, asks, is_rejected},
    view::{LOAD_BALANCER, SERVICE},
};
use crate::model::{Connection, Desired, Key, Life, Maybe, Object, Observed, Outputs, Slot};
use crate::reconcile::Step;

/// More rounds than any path takes: a ring of 50 ports yields one at a time.
const ROUNDS: usize = 1_000;

/// The steps to come, in rounds that each wait for the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foresight {
    pub rounds: Vec<Vec<Step>>,
    /// What AWS will hold. Ids and outputs that AWS will decide are unknown.
    pub end: Observed,
    /// Steps that can never run: conflicts, and what waits for them.
    pub blocked: Vec<Planned>,
}

impl Foresight {
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.rounds.iter().flatten()
    }
}

/// Plans and folds to the end. Health cannot be foreseen and is not waited for.
pub fn foresee(desired: &Desired, observed: &Observed) -> Foresight {
    let mut desired = desired.clone();
    desired.policy.wait_for_healthy = false;
    let mut end = observed.clone();
    let mut rounds = Vec::new();
    while rounds.len() < ROUNDS {
        settle(&desired, observed, &mut end);
        let plan = plan(&desired, &end);
        let mut busy: BTreeSet<Key> = BTreeSet::new();
        let round: Vec<Step> = plan
            .ready()
            .filter(|step| busy.insert(step.key))
            .cloned()
            .collect();
        if round.is_empty() {
            return Foresight {
                rounds,
                end,
                blocked: plan.steps,
            };
        }
        for step in &round {
            let may_be_refused = accepts(step) && end.get(step.key).is_some_and(is_rejected);
            fold(&mut end, step, Maybe::Unknown);
            // AWS may not take back what was rejected: then there is another endpoint.
            if may_be_refused && let Some(seen) = end.objects.get_mut(&step.key) {
                seen.id = Maybe::Unknown;
                seen.outputs = Outputs::default();
            }
        }
        rounds.push(round);
    }
    let blocked = plan(&desired, &end).steps;
    Foresight {
        rounds,
        end,
        blocked,
    }
}

/// What comes by itself has come.
fn settle(desired: &Desired, observed: &Observed, end: &mut Observed) {
    // An endpoint takes its connection along, unless another one of ours connects in its place.
    let (gone, stand): (Vec<_>, Vec<_>) = end
        .of(Slot::Endpoint)
        .partition(|(_, seen)| seen.life == Life::Going);
    let is_replaced = !stand.is_empty();
    let gone = gone.iter().filter_map(|(_, seen)| seen.id.known().cloned());
    let gone: BTreeSet<String> = gone.collect();
    let is_gone = |it: &Connection| it.endpoint_id.as_ref().is_some_and(|id| gone.contains(id));
    end.connections.retain(|it| is_replaced || !is_gone(it));
    for connection in &mut end.connections {
        if is_gone(connection) {
            "available".clone_into(&mut connection.state);
        }
    }
    end.objects.retain(|_, seen| seen.life != Life::Going);
    let acceptance = end
        .objects
        .get(&SERVICE)
        .and_then(|seen| seen.object.as_service())
        .is_some_and(|service| service.acceptance_required);
    for (key, seen) in &mut end.objects {
        let is_awaited = acceptance::is_awaited(&desired.policy, seen);
        if seen.life != Life::Coming
            || !desired.objects.contains_key(key)
            || asks(seen) && !is_awaited
        {
            continue;
        }
        if is_awaited {
            seen.outputs.state = Maybe::Unknown;
        }
        let endpoint = seen.object.as_endpoint();
        let turned_away = endpoint.is_some_and(|it| it.service.is_managed() && !it.accepted);
        if turned_away && acceptance {
            seen.outputs.state = Maybe::Known("pendingAcceptance".to_owned());
        } else {
            seen.life = Life::Ready;
            if let Object::Endpoint(endpoint) = &mut seen.object {
                endpoint.accepted = true;
            }
        }
    }
    // Which zones the service has to learn is known only when the load balancer's are. Where AWS does
    // not say them, nothing is learnt.
    let zones = |it: &Observed| Some(it.get(LOAD_BALANCER)?.outputs.zones.clone());
    let are_to_come = zones(end) == Some(Maybe::Unknown) && zones(observed) != zones(end);
    if let Some(service) = end.objects.get_mut(&SERVICE)
        && are_to_come
    {
        service.outputs.zones = Maybe::Unknown;
        service.outputs.zone_ids = Maybe::Unknown;
    }
}
