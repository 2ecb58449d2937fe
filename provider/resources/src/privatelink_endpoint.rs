//! `kafka_privatelink_endpoint`: the consumers' side alone, of somebody else's endpoint service.

pub mod arguments;
mod import;
mod render;
mod rules;
mod service;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use tfplugin::{Diagnostic, Diagnostics, Path, Value, path};

use crate::{
    consumer_side::{self, ConsumerSide, desired::Wanted, endpoint::EndpointConfig},
    elements::{known, known_in, may_grow},
    lifecycle::{
        Common, DesiredBuilder, PathContext, ResourceType, Shape, View, import::ImportTarget,
        preflight::CheckContext, rules::Rules,
    },
    mark_unknown::{as_written, hide, members_left_to_aws},
    syntax::hostname,
    timeouts::Timeouts,
};
use arguments::{SCHEMA, WAIT_FOR_ACCEPTANCE};
use engine::model::{
    Desired, Inquiry, Maybe, Observed, Policy, Scope, Side, Slot,
    object::{Change, ServiceRef, endpoint},
    tags::HOSTNAME,
};
use engine::reconcile::{CloudError, Step, Write};

pub use arguments::Arguments;

static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::new(SCHEMA.clone()));

/// The resource `kafka_privatelink_endpoint`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrivatelinkEndpoint;

impl ResourceType for PrivatelinkEndpoint {
    const NAME: &'static str = "kafka_privatelink_endpoint";
    const NOUN: &'static str = "endpoint";
    const IDENTITY: Slot = Slot::Endpoint;
    const SIDE: Option<Side> = Some(Side::Consumer);
    const SHARED: &'static [&'static str] = &["tags"];
    const LOST_WITH_OBJECT: &'static [&'static str] = &[
        "security_group_ids",
        "allowed_cidr_blocks",
        "allowed_security_group_ids",
        "allowed_prefix_list_ids",
        "ip_address_type",
        "zone_id",
    ];
    // In another VPC, and where it was deleted, the endpoint is another one, with the same group and
    // the same name.
    const STABLE: &'static [&'static str] = &[];
    const VOLATILE: &'static [(Slot, &'static [&'static str])] = &[(Slot::Endpoint, &["state"])];

    type Arguments = Arguments;

    fn shape() -> &'static Shape {
        &SHAPE
    }

    fn read(value: &Value) -> (Arguments, Diagnostics) {
        Arguments::read(value)
    }

    fn rules() -> Rules<Arguments> {
        rules::rules()
    }

    fn scope(arguments: &Arguments, scope: &mut Scope) {
        consumer_side::scope::scope(arguments, scope);
    }

    fn scope_of_state(state: &Value, scope: &mut Scope) {
        consumer_side::scope::scope_of_state(state.get("hostname"), state, scope);
    }

    fn named(state: &Value) -> BTreeMap<String, Slot> {
        let named = consumer_side::scope::named(state).into_iter();
        named
            .filter_map(|(id, slot)| Some((id.as_str()?.to_owned(), slot)))
            .collect()
    }

    fn forget_surroundings(observed: &mut Observed, before: Option<&Arguments>, after: &Arguments) {
        consumer_side::scope::forget_surroundings(observed, before, after);
    }

    fn forget_found(observed: &mut Observed, arguments: &Arguments) {
        consumer_side::scope::forget_found(observed, arguments);
    }

    fn upgrade(state: Value) -> Value {
        consumer_side::upgrade::with_dns(state)
    }

    fn desired(arguments: &Arguments, context: &PathContext<'_>, observed: &Observed) -> Desired {
        let mut builder = DesiredBuilder::new(arguments, context, observed);
        let hostname = arguments.hostname.as_ref();
        builder.tag_all(HOSTNAME, hostname.map(|name| hostname::canonical(name)));
        let bootstrap = arguments.bootstrap_port.known().into_iter();
        let ports = bootstrap.chain(known_in(&arguments.broker_ports));
        let wanted = Wanted {
            endpoint: &arguments.endpoint,
            hostname: &arguments.hostname,
            ports: ports.copied().collect(),
            service: ServiceRef::Given(arguments.service_name.clone()),
            service_region: arguments.other_region(context.region),
            families: None,
            // The service's owner accepts it, and nobody else.
            accepted: true,
            region: context.region,
            observed,
        };
        consumer_side::desired::add(wanted, &mut builder);
        let waits = arguments.wait_for_acceptance.known().copied();
        builder.build(Policy {
            forget_unowned: true,
            overwrite_record: consumer_side::desired::overwrites_record(&arguments.endpoint),
            wait_for_acceptance: waits.unwrap_or(WAIT_FOR_ACCEPTANCE),
            ..Policy::default()
        })
    }

    fn render(view: &View<'_, Arguments>) -> Value {
        render::render(view)
    }

    fn argument(slot: Slot, _: &Desired, _: &Observed) -> Path {
        match slot {
            Slot::SecurityGroup(_) => Path::of("allowed_cidr_blocks"),
            Slot::Zone | Slot::Alias(_) => Path::of("hostname"),
            _ => Path::of("service_name"),
        }
    }

    fn argument_of_step(
        step: &Step,
        error: Option<&CloudError>,
        desired: &Desired,
        observed: &Observed,
    ) -> Path {
        let slot = step.key.slot;
        let by_code = error
            .and_then(|error| consumer_side::argument::by_code::<Arguments>(slot, &error.code));
        by_code.unwrap_or_else(|| match &step.write {
            Write::Tag { .. } => Path::of("tags"),
            Write::Change(change @ Change::SecurityGroup(_)) => {
                consumer_side::argument::of_change::<Arguments>(slot, change)
                    .unwrap_or_else(|| Self::argument(slot, desired, observed))
            }
            // Of its subnets, groups and address type all may change at once.
            Write::Change(Change::Endpoint(endpoint::Change::Modify(_))) => Path::root(),
            _ => Self::argument(slot, desired, observed),
        })
    }

    fn import(id: &str) -> Result<ImportTarget, Diagnostic> {
        import::parse(id)
    }

    fn check_import(
        found: &Observed,
        _: Option<&str>,
        endpoint_id: Option<&str>,
    ) -> Result<(), Diagnostic> {
        import::check(found, endpoint_id.unwrap_or_default())
    }

    fn assume(
        arguments: &Arguments,
        written: &Value,
        before: Option<(&Arguments, &Value)>,
    ) -> Arguments {
        arguments.assume(written, before.map(|(_, value)| value))
    }

    fn mark_unknown(planned: &mut Value, arguments: &Arguments, written: &Value) {
        for path in &arguments.unknown_shape {
            let Some(path::Step::Attribute(argument)) = path.steps().first() else {
                continue;
            };
            if ["hostname", "bootstrap_port"].contains(&argument.as_str()) {
                hide(planned, "bootstrap_servers");
            }
            for name in consumer_side::unknown::attributes_by(argument, written) {
                hide(planned, name);
            }
        }
        if arguments.tags.is_unknown() {
            hide(planned, "tags_all");
        }
        as_written(planned, written, !arguments.unknown_shape.is_empty());
    }

    fn mark_unobserved(planned: &mut BTreeMap<String, Value>, written: &Value) {
        members_left_to_aws(&SHAPE.schema.block.attributes, planned, written);
    }

    /// In each of several VPCs the same hostname may lead to an endpoint.
    fn collide(one: &Arguments, other: &Arguments) -> bool {
        let place = |it: &Arguments| {
            let vpc = it.endpoint.vpc_id.known().cloned()?;
            Some((hostname::canonical(it.hostname.known()?), vpc))
        };
        place(one).is_some() && place(one) == place(other)
    }

    fn inquiry(arguments: &Arguments, observed: Option<&Observed>, is_new: bool) -> Inquiry {
        let new_name = arguments.name.known().filter(|_| is_new).cloned();
        let mut inquiry = Inquiry {
            side: Self::SIDE.filter(|_| new_name.is_some()),
            service_name: arguments.service_name.known().cloned(),
            service_region: arguments.service_region.known().cloned().flatten(),
            new_name,
            ..Inquiry::default()
        };
        consumer_side::checks::inquire(arguments, observed, &mut inquiry);
        inquiry
    }

    fn check(context: &CheckContext<'_, Arguments>) -> Diagnostics {
        rules::check(context)
    }

    fn is_checked_alike(before: &Arguments, after: &Arguments) -> bool {
        rules::is_checked_alike(before, after)
    }
}

impl Common for Arguments {
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

impl ConsumerSide for Arguments {
    fn endpoint(&self) -> Option<&EndpointConfig> {
        Some(&self.endpoint)
    }

    fn hostname(&self) -> &Maybe<String> {
        &self.hostname
    }

    fn ports(&self) -> Option<BTreeSet<u16>> {
        let brokers = self.broker_ports.known().filter(|ports| !may_grow(ports))?;
        let ports = known(brokers).chain([self.bootstrap_port.known()?]);
        Some(ports.copied().collect())
    }

    fn attributes(state: &Value) -> &Value {
        state
    }

    fn block() -> Path {
        Path::root()
    }
}
