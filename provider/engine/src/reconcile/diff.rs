//! What differs between one wanted object and the one that is there, as writes.
//!
//! The same function completes a newborn and repairs drift, so that no setting can be one that is
//! applied at create only. Unknown values differ from everything, and so are planned as a change.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Maybe, Object, Policy,
    object::{Endpoint, Listener, LoadBalancer, Rule, SecurityGroup, Service, TargetGroup},
    tags::Tags,
};
use crate::reconcile::{
    Write,
    step::{EndpointChange, ServiceChange},
    subnets,
};

/// The writes that make `seen` what `wanted` says, in the order they read best. Targets of groups
/// are not among them: when they may join and leave is a matter of the whole path. `zones`: of each
/// subnet.
pub(super) fn diff(
    wanted: &Object,
    seen: &Object,
    policy: &Policy,
    zones: &BTreeMap<String, String>,
) -> Vec<Write> {
    let mut writes = match (wanted, seen) {
        (Object::SecurityGroup(wanted), Object::SecurityGroup(seen)) => rules(wanted, seen),
        (Object::LoadBalancer(wanted), Object::LoadBalancer(seen)) => balancer(wanted, seen, zones),
        (Object::TargetGroup(wanted), Object::TargetGroup(seen)) => group(wanted, seen),
        (Object::Listener(wanted), Object::Listener(seen)) => listener(wanted, seen),
        (Object::Service(wanted), Object::Service(seen)) => service(wanted, seen),
        (Object::Endpoint(wanted), Object::Endpoint(seen)) => endpoint(wanted, seen),
        (Object::Alias(wanted), Object::Alias(seen)) => match wanted.target {
            Some(target) if seen.target != wanted.target => vec![Write::Point(target)],
            _ => Vec::new(),
        },
        // A zone has nothing but its tags. Two kinds of object never share a key.
        _ => Vec::new(),
    };
    if let (Some(wanted), Some(seen)) = (wanted.tags(), seen.tags()) {
        writes.extend(tags(wanted, seen, &policy.retired_tags));
    }
    writes
}

/// Tags that others added stay; of ours only the retired ones go.
fn tags(wanted: &Tags, seen: &Tags, retired: &BTreeSet<String>) -> Option<Write> {
    let set: Tags = wanted
        .iter()
        .filter(|(key, value)| seen.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let remove: BTreeSet<String> = retired
        .iter()
        .filter(|key| seen.contains_key(*key) && !wanted.contains_key(*key))
        .cloned()
        .collect();
    (!set.is_empty() || !remove.is_empty()).then_some(Write::Tag { set, remove })
}

/// Ingress and egress are different calls.
fn rules(wanted: &SecurityGroup, seen: &SecurityGroup) -> Vec<Write> {
    let is_ingress = |rule: &&Rule| match rule {
        Rule::Ingress { .. } => true,
        Rule::EgressAll => false,
        Rule::Other { egress, .. } => !egress,
    };
    let calls = |rules: BTreeSet<Rule>, write: fn(BTreeSet<Rule>) -> Write| {
        let (ingress, egress): (BTreeSet<Rule>, BTreeSet<Rule>) =
            rules.into_iter().partition(|rule| is_ingress(&rule));
        [ingress, egress]
            .into_iter()
            .filter(|rules| !rules.is_empty())
            .map(write)
            .collect::<Vec<_>>()
    };
    let mut writes = calls(less(&wanted.rules, &seen.rules), Write::Authorize);
    writes.extend(calls(less(&seen.rules, &wanted.rules), Write::Revoke));
    writes
}

fn balancer(
    wanted: &LoadBalancer,
    seen: &LoadBalancer,
    zones: &BTreeMap<String, String>,
) -> Vec<Write> {
    let mut writes = Vec::new();
    if wanted.subnets != seen.subnets {
        // Where there is no way, the law says so.
        let next = subnets::next(&wanted.subnets, &seen.subnets, zones)
            .unwrap_or_else(|| wanted.subnets.clone());
        writes.push(Write::SetSubnets(next));
    }
    if wanted.ip_address_type != seen.ip_address_type {
        writes.push(Write::SetIpAddressType(wanted.ip_address_type));
    }
    if wanted.security_groups != seen.security_groups
        || wanted.enforce_on_private_link != seen.enforce_on_private_link
    {
        writes.push(Write::SetSecurityGroups {
            groups: wanted.security_groups.clone(),
            enforce_on_private_link: wanted.enforce_on_private_link,
        });
    }
    if wanted.cross_zone != seen.cross_zone
        || wanted.deletion_protection != seen.deletion_protection
    {
        writes.push(Write::SetLoadBalancerAttributes {
            cross_zone: wanted.cross_zone,
            deletion_protection: wanted.deletion_protection,
        });
    }
    writes
}

fn group(wanted: &TargetGroup, seen: &TargetGroup) -> Vec<Write> {
    let mut writes = Vec::new();
    if wanted.health_check != seen.health_check {
        writes.push(Write::SetHealthCheck(wanted.health_check.clone()));
    }
    if wanted.attributes != seen.attributes {
        writes.push(Write::SetGroupAttributes(wanted.attributes.clone()));
    }
    writes
}

fn listener(wanted: &Listener, seen: &Listener) -> Vec<Write> {
    let mut writes = Vec::new();
    let policy_differs = wanted.ssl_policy.is_some() && wanted.ssl_policy != seen.ssl_policy;
    if let Some(forward) = wanted.forward
        && (wanted.protocol != seen.protocol
            || wanted.forward != seen.forward
            || wanted.certificate != seen.certificate
            || policy_differs)
    {
        writes.push(Write::SetListener {
            protocol: wanted.protocol,
            forward,
            certificate: wanted.certificate.clone(),
            ssl_policy: wanted.ssl_policy.clone(),
        });
    }
    if wanted.idle_timeout_seconds != seen.idle_timeout_seconds {
        writes.push(Write::SetIdleTimeout(wanted.idle_timeout_seconds));
    }
    writes
}

fn service(wanted: &Service, seen: &Service) -> Vec<Write> {
    let mut writes = Vec::new();
    let change = ServiceChange {
        acceptance_required: (wanted.acceptance_required != seen.acceptance_required)
            .then_some(wanted.acceptance_required),
        attach: wanted
            .load_balancer
            .filter(|_| wanted.load_balancer != seen.load_balancer),
        add_ip_address_types: less(&wanted.ip_address_types, &seen.ip_address_types),
        remove_ip_address_types: less(&seen.ip_address_types, &wanted.ip_address_types),
        add_regions: less(&wanted.regions, &seen.regions),
        remove_regions: known(less(&seen.regions, &wanted.regions)),
    };
    if change != ServiceChange::default() {
        writes.push(Write::SetService(change));
    }
    if wanted.principals != seen.principals {
        writes.push(Write::SetPrincipals {
            add: less(&wanted.principals, &seen.principals),
            remove: known(less(&seen.principals, &wanted.principals)),
        });
    }
    writes
}

fn endpoint(wanted: &Endpoint, seen: &Endpoint) -> Vec<Write> {
    let mut writes = Vec::new();
    let add_subnets = less(&wanted.subnets, &seen.subnets);
    let remove_subnets = known(less(&seen.subnets, &wanted.subnets));
    let change = EndpointChange {
        // In one call AWS answers DuplicateSubnetsInSameZone to another subnet of the same zone:
        // the old ones leave first.
        add_subnets: if remove_subnets.is_empty() {
            add_subnets
        } else {
            BTreeSet::new()
        },
        remove_subnets,
        add_groups: less(&wanted.security_groups, &seen.security_groups),
        remove_groups: less(&seen.security_groups, &wanted.security_groups),
        ip_address_type: (wanted.ip_address_type != seen.ip_address_type)
            .then_some(wanted.ip_address_type),
    };
    if change != EndpointChange::default() {
        writes.push(Write::SetEndpoint(change));
    }
    if wanted.accepted && !seen.accepted {
        writes.push(Write::Accept);
    }
    writes
}

/// What `from` has and `other` has not.
pub(super) fn less<T: Ord + Clone>(from: &BTreeSet<T>, other: &BTreeSet<T>) -> BTreeSet<T> {
    from.difference(other).cloned().collect()
}

/// What is there already is known, except in a foreseen observation.
fn known(values: BTreeSet<Maybe<String>>) -> BTreeSet<String> {
    values.into_iter().filter_map(Maybe::into_known).collect()
}
