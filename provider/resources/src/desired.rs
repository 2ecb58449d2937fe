//! From a configuration to the objects that it asks for. Pure: no AWS, no clock, no chance.

use std::collections::BTreeSet;

use tfplugin::Value;

use crate::{
    config::{BOOTSTRAP_PORT, Config, OnDestroy, WAIT_FOR_HEALTHY},
    consumer_side::{self, ConsumerSide, desired::Wanted},
    elements::settled,
    lifecycle::{DesiredBuilder, PathContext},
    service_side::{
        brokers::desired as brokers,
        endpoint_service::{REJECT_REMOVED_PRINCIPALS, desired as endpoint_service},
        listener::desired as listener,
        load_balancer::desired as load_balancer,
        target_group::{self, desired as target_groups},
    },
};
use engine::model::{
    Desired, Key, Object, Observed, Policy, Role, Slot,
    object::{
        ServiceRef,
        target_group::{IpFamily, Target},
    },
};

/// All objects of a path. Names and what AWS decides are taken from `observed` where it has them;
/// of a VPC only the surroundings know. While the configuration has unknown numbers, bools or
/// words, [`crate::lifecycle::ResourceType::assume`] puts something in their place.
pub fn desired(config: &Config, context: &PathContext<'_>, observed: &Observed) -> Desired {
    let mut draft = Draft {
        config,
        region: context.region,
        observed,
        builder: DesiredBuilder::new(config, context, observed),
    };
    draft.service_side();
    draft.consumer_side();
    let endpoint = config.endpoint.known().and_then(Option::as_ref);
    draft.builder.build(Policy {
        forget_unowned: true,
        sole_broker: config.sole_broker().map(|(id, _)| id),
        wait_for_healthy: settled(&config.wait_for_healthy, WAIT_FOR_HEALTHY),
        overwrite_record: endpoint.is_some_and(consumer_side::desired::overwrites_record),
        reject_removed_principals: settled(
            &config.endpoint_service.reject_removed_principals,
            REJECT_REMOVED_PRINCIPALS,
        ),
        accept_from: endpoint_service::accept_from(&config.endpoint_service),
        ..Policy::default()
    })
}

/// How the path is destroyed that was last applied as `state` says.
pub fn destroy_policy(state: &Value, policy: &mut Policy) {
    let on_destroy = state.get("endpoint_service").get("on_destroy").as_str();
    policy.reject_connections = on_destroy == Some(OnDestroy::RejectConnections.as_str());
}

struct Draft<'a> {
    config: &'a Config,
    region: &'a str,
    observed: &'a Observed,
    builder: DesiredBuilder<'a>,
}

impl Draft<'_> {
    fn service_side(&mut self) {
        let (config, observed) = (self.config, self.observed);
        let balancer = load_balancer::add(&config.load_balancer, observed, &mut self.builder);
        self.listeners();
        let service = endpoint_service::service(
            &config.endpoint_service,
            balancer,
            self.families(),
            &config.hostname,
            self.region,
        );
        self.builder.add(Slot::Service, Object::Service(service));
    }

    fn families(&self) -> BTreeSet<IpFamily> {
        let config = self.config;
        endpoint_service::families(
            &config.endpoint_service,
            &config.load_balancer.ip_address_type,
            config.endpoint(),
            self.observed,
        )
    }

    /// Bootstrap's listener and each broker's, with their target groups.
    fn listeners(&mut self) {
        let config = self.config;
        let all = config.brokers.known().cloned().unwrap_or_default();
        let family = brokers::family(all.values(), self.observed);
        let port = settled(&config.target_group.port, target_group::PORT);

        let targets = all.values().map(|broker| brokers::target(broker, port));
        let bootstrap = self.target_group(Role::Bootstrap, None, targets.collect(), family);
        let bootstrap_port = settled(&config.bootstrap_port, BOOTSTRAP_PORT);
        self.listener(bootstrap_port, bootstrap);

        if let Some((id, broker)) = config.sole_broker() {
            // Bootstrap's listener and group stay what they are when a second broker comes: a group
            // of the broker's own would have to be exchanged under its live port then.
            let more = brokers::ports(id, broker).into_iter();
            for port in more.filter(|it| *it != bootstrap_port) {
                self.listener(port, bootstrap);
            }
            return;
        }
        for (id, broker) in &all {
            let target = brokers::target(broker, port);
            let targets = BTreeSet::from([target.clone()]);
            let group = self.target_group(Role::Broker(*id), Some(target), targets, family);
            for port in brokers::ports(*id, broker) {
                self.listener(port, group);
            }
        }
    }

    fn target_group(
        &mut self,
        role: Role,
        made_for: Option<Target>,
        targets: BTreeSet<Target>,
        family: IpFamily,
    ) -> Key {
        let vpc = self.observed.surroundings.service_vpc.clone();
        let config = &self.config.target_group;
        let group = target_groups::target_group(config, role, made_for, targets, family, vpc);
        let slot = Slot::TargetGroup(role);
        self.builder.add(slot, Object::TargetGroup(group))
    }

    fn listener(&mut self, port: u16, group: Key) {
        let listener = listener::listener(&self.config.listener, port, group, self.observed);
        let object = Object::Listener(listener);
        self.builder.add(Slot::Listener(port), object);
    }

    fn consumer_side(&mut self) {
        let config = self.config;
        let Some(endpoint) = config.endpoint.known().and_then(Option::as_ref) else {
            return;
        };
        let brokers = config.brokers.known().into_iter().flatten();
        let ports = brokers.flat_map(|(id, broker)| brokers::ports(*id, broker));
        let bootstrap_port = settled(&config.bootstrap_port, BOOTSTRAP_PORT);
        let wanted = Wanted {
            endpoint,
            hostname: &config.hostname,
            ports: ports.chain([bootstrap_port]).collect(),
            service: ServiceRef::default(),
            service_region: None,
            families: Some(self.families()),
            // The resource lets its own endpoint in, and no other.
            accepted: true,
            region: self.region,
            observed: self.observed,
        };
        consumer_side::desired::add(wanted, &mut self.builder);
    }
}
