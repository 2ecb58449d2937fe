//! `kafka_privatelink`: what the lifecycle has to know of a path with both of its sides.

mod assume;
mod foreseen;
mod health;
mod import;
mod path;
mod place;
mod scope;
mod unknown;
mod upgrade;
mod warnings;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use tfplugin::{Diagnostic, Diagnostics, Path, Value};

use crate::{
    config::{Config, EndpointConfig, Timeouts, hostname},
    consumer_side::ConsumerSide,
    desired,
    elements::{known, may_grow},
    lifecycle::{
        Common, PathContext, ResourceType, Shape, View, import::ImportTarget,
        preflight::CheckContext, rules::Rules,
    },
    mark_unknown::left_to_aws,
    preflight, render, schema, validate,
};
use engine::model::{Desired, Inquiry, Maybe, Observed, Policy, Role, Scope, Slot, layout};
use engine::reconcile::{CloudError, Convergence, Foresight, Step};

static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::new(schema::schema()));

/// The resource `kafka_privatelink`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privatelink;

impl ResourceType for Privatelink {
    const NAME: &'static str = schema::TYPE_NAME;
    const NOUN: &'static str = "path";
    const IDENTITY: Slot = Slot::Service;
    const SHARED: &'static [&'static str] = &["listener", "target_group", "tags"];
    const LOST_WITH_OBJECT: &'static [&'static str] = &["bootstrap_port", "port"];
    const STABLE: &'static [&'static str] = &["id", "service_name"];
    const VOLATILE: &'static [(Slot, &'static [&'static str])] =
        &[(Slot::Endpoint, &["endpoint", "state"])];
    const YOUNGER: &'static [&'static [&'static str]] =
        &[&["load_balancer_zone_id"], &["endpoint", "managed_zone_id"]];
    const ELEMENTS: Option<&'static str> = Some("brokers");

    type Arguments = Config;

    fn shape() -> &'static Shape {
        &SHAPE
    }

    fn read(value: &Value) -> (Config, Diagnostics) {
        Config::read(value)
    }

    fn rules() -> Rules<Config> {
        validate::rules()
    }

    fn scope(config: &Config, scope: &mut Scope) {
        scope::scope(config, scope);
    }

    fn scope_of_state(state: &Value, scope: &mut Scope) {
        scope::scope_of_state(state, scope);
    }

    fn named(state: &Value) -> BTreeMap<String, Slot> {
        scope::named(state)
    }

    fn forget_surroundings(observed: &mut Observed, before: Option<&Config>, after: &Config) {
        scope::forget_surroundings(observed, before, after);
    }

    fn desired(config: &Config, context: &PathContext<'_>, observed: &Observed) -> Desired {
        desired::desired(config, context, observed)
    }

    fn destroy_policy(last: &Value, policy: &mut Policy) {
        desired::destroy_policy(last, policy);
    }

    fn render(view: &View<'_, Config>) -> Value {
        render::render(view)
    }

    fn argument(slot: Slot, desired: &Desired, observed: &Observed) -> Path {
        path::part(slot, desired, observed)
    }

    fn argument_of_step(
        step: &Step,
        error: Option<&CloudError>,
        desired: &Desired,
        observed: &Observed,
    ) -> Path {
        let by_code = error.and_then(|error| place::by_code(step, &error.code));
        by_code.unwrap_or_else(|| path::path(step, desired, observed))
    }

    fn import(id: &str) -> Result<ImportTarget, Diagnostic> {
        import::parse(id)
    }

    fn check_import(
        found: &Observed,
        id: Option<&str>,
        endpoint_id: Option<&str>,
    ) -> Result<(), Diagnostic> {
        import::check(found, id.unwrap_or_default(), endpoint_id)
    }

    fn assume(config: &Config, written: &Value, before: Option<(&Config, &Value)>) -> Config {
        assume::assume(config, written, before)
    }

    fn mark_unknown(planned: &mut Value, config: &Config, written: &Value) {
        unknown::mark(planned, config, written);
    }

    fn mark_unobserved(planned: &mut BTreeMap<String, Value>, written: &Value) {
        left_to_aws(&SHAPE.schema.block.attributes, planned, written);
    }

    /// After the first apply the tags say them.
    fn forget_found(observed: &mut Observed, config: &Config) {
        scope::forget_found(observed, config);
    }

    fn assign_roles(observed: &mut Observed, config: &Config) {
        layout::take_in(observed, &roles(config));
    }

    fn upgrade(state: Value) -> Value {
        upgrade::with_defaults(state)
    }

    fn collide(one: &Config, other: &Config) -> bool {
        let host = |config: &Config| config.hostname.known().map(|it| hostname::canonical(it));
        host(one).is_some() && host(one) == host(other)
    }

    fn inquiry(config: &Config, observed: Option<&Observed>, is_new: bool) -> Inquiry {
        preflight::inquiry(config, observed, is_new)
    }

    fn check(context: &CheckContext<'_, Config>) -> Diagnostics {
        preflight::check(context)
    }

    fn is_checked_alike(before: &Config, after: &Config) -> bool {
        preflight::is_same(before, after)
    }

    fn advice(before: &Config, after: &Config) -> Vec<Diagnostic> {
        warnings::warnings(before, after)
    }

    fn standing_advice(foresight: &Foresight, observed: &Observed) -> Vec<Diagnostic> {
        let waiting = warnings::waiting(foresight, observed);
        waiting.into_iter().collect()
    }

    fn foreseen(foresight: &Foresight, before: &Observed) -> Vec<Diagnostic> {
        let overwritten = foreseen::overwritten(foresight, before);
        overwritten.into_iter().collect()
    }

    fn unhealthy(run: &Convergence, desired: &Desired) -> Vec<Diagnostic> {
        health::unhealthy(run, desired)
    }
}

impl Common for Config {
    fn name(&self) -> &Maybe<String> {
        &self.name
    }

    fn region(&self) -> &Maybe<Option<String>> {
        &self.region
    }

    fn tags(&self) -> &Maybe<Option<BTreeMap<String, Maybe<String>>>> {
        &self.tags
    }

    fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }
}

impl ConsumerSide for Config {
    fn endpoint(&self) -> Option<&EndpointConfig> {
        self.endpoint.known()?.as_ref()
    }

    fn hostname(&self) -> &Maybe<String> {
        &self.hostname
    }

    fn ports(&self) -> Option<BTreeSet<u16>> {
        let mut ports = BTreeSet::from([*self.bootstrap_port.known()?]);
        for broker in self.brokers.known()?.values() {
            let more = broker.additional_ports.known()?;
            ports.insert(*broker.port.known()?);
            ports.extend(known(more));
            if may_grow(more) {
                return None;
            }
        }
        Some(ports)
    }

    fn attributes(state: &Value) -> &Value {
        state.get("endpoint")
    }

    fn block() -> Path {
        Path::of("endpoint")
    }
}

/// Whom each configured port is to serve.
fn roles(config: &Config) -> BTreeMap<u16, Role> {
    let bootstrap = config.bootstrap_port.known();
    let is_sole = config.sole_broker().is_some();
    let role = |id| match is_sole {
        true => Role::Bootstrap,
        false => Role::Broker(id),
    };
    let bootstrap = bootstrap.map(|port| (*port, Role::Bootstrap));
    let brokers = config.brokers.known().into_iter().flatten();
    let brokers = brokers.flat_map(|(id, broker)| {
        let more = broker.additional_ports.known().into_iter().flat_map(known);
        let ports = broker.port.known().into_iter().chain(more);
        ports.map(move |port| (*port, role(*id)))
    });
    brokers.chain(bootstrap).collect()
}
