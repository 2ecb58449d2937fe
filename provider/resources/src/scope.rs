//! Which objects of AWS to look at.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Value;

use crate::{
    config::{Config, hostname, known},
    private::Private,
    settings::Settings,
};
use engine::model::{Maybe, Role, Scope, Side, Slot};

/// Everything of a path: what the state knew, what carries its owner, and the surroundings of
/// `config`. Without one, what was last told.
pub fn scope(config: Option<&Config>, private: &Private, settings: &Settings) -> Scope {
    let config = config.or(private.told.as_ref().map(|told| &told.config));
    let endpoint = config.and_then(|config| config.endpoint.known()?.as_ref());
    let ignored = settings.ignored_tags.known().cloned().unwrap_or_default();
    let id_of = |slot| {
        let seen = private.observed.of(slot).next();
        seen.and_then(|(_, seen)| seen.id.known().cloned())
    };
    Scope {
        owner: private.owner.clone(),
        name: config
            .and_then(|it| it.name.known().cloned())
            .unwrap_or_default(),
        known: private.observed.clone(),
        named: BTreeMap::new(),
        service_id: id_of(Slot::Service).or_else(|| private.service_id.clone()),
        endpoint_id: id_of(Slot::Endpoint).or_else(|| private.endpoint_id.clone()),
        subnets: config.map(subnets).unwrap_or_default(),
        consumer_vpc: endpoint.and_then(|endpoint| endpoint.vpc_id.known().cloned()),
        hostname: endpoint
            .and(config)
            .and_then(|config| Some(hostname::canonical(config.hostname.known()?))),
        zone_id: endpoint.and_then(|endpoint| endpoint.zone_id.known().cloned().flatten()),
        departed: BTreeSet::new(),
        ignored_tags: ignored.keys,
        ignored_tag_prefixes: ignored.prefixes,
    }
}

/// Everything of a path of which nothing but the state is left. Whose it is, the state says; a state
/// that does not has its objects' tags read.
pub fn scope_of_state(state: &Value, settings: &Settings) -> Scope {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let endpoint = state.get("endpoint");
    Scope {
        owner: text(state.get("owner_id")).unwrap_or_default(),
        name: text(state.get("name")).unwrap_or_default(),
        named: named(state),
        service_id: text(state.get("id")),
        endpoint_id: text(endpoint.get("id")),
        consumer_vpc: text(endpoint.get("vpc_id")),
        // Also without an endpoint: a create that failed before it leaves a zone behind.
        hostname: state.get("hostname").as_str().map(hostname::canonical),
        zone_id: text(endpoint.get("zone_id")),
        ..scope(None, &Private::default(), settings)
    }
}

fn named(state: &Value) -> BTreeMap<String, Slot> {
    let endpoint = state.get("endpoint");
    let single = [
        (state.get("id"), Slot::Service),
        (state.get("load_balancer_arn"), Slot::LoadBalancer),
        (
            state.get("load_balancer_security_group_id"),
            Slot::SecurityGroup(Side::Service),
        ),
        (endpoint.get("id"), Slot::Endpoint),
        (
            endpoint.get("managed_security_group_id"),
            Slot::SecurityGroup(Side::Consumer),
        ),
    ];
    let groups = state
        .get("target_group_arns")
        .as_map()
        .into_iter()
        .flatten();
    let groups = groups.filter_map(|(key, arn)| {
        let role = match key.as_str() {
            "bootstrap" => Role::Bootstrap,
            id => Role::Broker(id.parse().ok()?),
        };
        Some((arn, Slot::TargetGroup(role)))
    });
    single
        .into_iter()
        .chain(groups)
        .filter_map(|(id, slot)| Some((id.as_str()?.to_owned(), slot)))
        .collect()
}

fn subnets(config: &Config) -> BTreeSet<String> {
    let subnets = config.load_balancer.subnet_ids.known();
    subnets.into_iter().flat_map(known).cloned().collect()
}

/// What the surroundings of `private` say of the surroundings of `config`: nothing, where it
/// stands elsewhere.
pub fn forget_surroundings(private: &mut Private, config: &Config) {
    let told = private.told.as_ref().map(|told| &told.config);
    let balancer = private.observed.of(Slot::LoadBalancer).next();
    let subnets = told.map(|told| &told.load_balancer.subnet_ids);
    // A load balancer that is there never leaves its VPC.
    if balancer.is_none() && subnets != Some(&config.load_balancer.subnet_ids) {
        private.observed.surroundings.service_vpc = Maybe::Unknown;
    }
    let vpc = |config: &Config| config.endpoint.known()?.as_ref()?.vpc_id.known().cloned();
    let before = told.and_then(vpc);
    if before.is_none() || before != vpc(config) {
        private.observed.surroundings.consumer_cidrs = Maybe::Unknown;
        private.observed.surroundings.consumer_ipv6_cidrs = Maybe::Unknown;
    }
}
