//! `brokers`: what they are, and where.

use std::{collections::BTreeMap, net::IpAddr};

use tfplugin::{Diagnostic, Path};

use super::place;
use crate::{
    config::{
        BrokerConfig, Config,
        target::{self, Kind},
    },
    finding::error,
};
use engine::model::{
    BrokerId, Maybe,
    object::{load_balancer::IpAddressType, target_group::TargetType},
};

pub(super) fn at_least_one(config: &Config) -> Vec<Diagnostic> {
    match config.brokers.known() {
        Some(brokers) if brokers.is_empty() => vec![error(
            Path::of("brokers"),
            "No brokers",
            "A path leads to at least one broker: give each by its node.id, like \
             brokers = { \"1\" = { target = \"10.0.1.11\" } }.",
        )],
        _ => Vec::new(),
    }
}

/// One target group holds all brokers, and its targets are of one address family.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html>
pub(super) fn addresses_of_one_family(config: &Config) -> Vec<Diagnostic> {
    let mut addresses = kinds(config).filter(|(_, _, kind)| matches!(kind, Kind::Address(_)));
    let Some((first_id, _, first)) = addresses.next() else {
        return Vec::new();
    };
    let others = addresses.filter(|(_, _, kind)| kind.as_str() != first.as_str());
    one_for_all(
        others.collect(),
        "Addresses of two families",
        |text, kind| {
            format!(
                "{text} is {}, while the target of broker {first_id} is {}. One target group holds \
             all brokers, and AWS takes one family in it: give all brokers the same.",
                kind.as_str(),
                first.as_str(),
            )
        },
    )
}

pub(super) fn targets_fit_target_type(config: &Config) -> Vec<Diagnostic> {
    let (wanted, given) = match &config.target_group.target_type {
        Maybe::Known(TargetType::Ip) => (TargetType::Ip, "target_group.target_type is"),
        Maybe::Known(TargetType::Instance) => (TargetType::Instance, "target_group.target_type is"),
        // Whatever the type turns out to be, all brokers are of it.
        Maybe::Unknown => match kinds(config).next() {
            Some((_, _, Kind::Address(_))) => (TargetType::Ip, "the first broker's is"),
            Some((_, _, Kind::Instance)) => (TargetType::Instance, "the first broker's is"),
            None => return Vec::new(),
        },
    };
    let (fits, other): (fn(&Kind) -> bool, _) = match wanted {
        TargetType::Ip => (
            |kind| matches!(kind, Kind::Address(_)),
            TargetType::Instance,
        ),
        TargetType::Instance => (|kind| *kind == Kind::Instance, TargetType::Ip),
    };
    let misfits = kinds(config).filter(|(_, _, kind)| !fits(kind)).collect();
    one_for_all(misfits, "Target of another type", |text, kind| {
        format!(
            "{text} is {}, and {given} {:?}. Set target_type = {:?} if that is what all brokers \
             have, or give another target.",
            kind.as_str(),
            wanted.as_str(),
            other.as_str(),
        )
    })
}

/// One mistake, one message: at the first broker, naming the others.
fn one_for_all(
    misfits: Vec<(BrokerId, &str, Kind)>,
    summary: &str,
    detail: impl Fn(&str, &Kind) -> String,
) -> Vec<Diagnostic> {
    let Some(((id, text, kind), others)) = misfits.split_first() else {
        return Vec::new();
    };
    let others: Vec<String> = others.iter().map(|(id, ..)| id.to_string()).collect();
    let also = match others.as_slice() {
        [] => String::new(),
        others => format!(
            " The same goes for the targets of brokers {}.",
            others.join(", ")
        ),
    };
    let detail = format!("{}{also}", detail(text, kind));
    vec![error(broker(*id).attribute("target"), summary, detail)]
}

/// Two ports that lead to one listener of one broker are not two brokers.
pub(super) fn no_target_twice(config: &Config) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<(String, u16), BrokerId> = BTreeMap::new();
    let mut found = Vec::new();
    for (id, settings) in each(config) {
        let (Maybe::Known(text), Maybe::Known(port)) = (&settings.target, &settings.target_port)
        else {
            continue;
        };
        if let Some(other) = seen.insert((target::canonical(text), *port), id) {
            found.push(error(
                broker(id).attribute("target"),
                "Two brokers in one place",
                format!(
                    "Broker {id} has the target {text} and target port {port}, and so has broker \
                     {other}. Give each its own target, or its own target_port if both run on \
                     one machine."
                ),
            ));
        }
    }
    found
}

/// Instances are in a zone by themselves.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html>
pub(super) fn zones_only_for_addresses(config: &Config) -> Vec<Diagnostic> {
    if config.target_group.target_type != Maybe::Known(TargetType::Instance) {
        return Vec::new();
    }
    each(config)
        .filter(|(_, settings)| matches!(settings.availability_zone, Maybe::Known(Some(_))))
        .map(|(id, _)| {
            error(
                broker(id).attribute("availability_zone"),
                "Availability zone of an instance",
                "AWS knows where its instances are. Remove availability_zone: it is only for IP \
                 addresses outside the VPC.",
            )
        })
        .collect()
}

/// Where families are mixed, which one is meant is not for this rule to say.
pub(super) fn ipv6_needs_dualstack(config: &Config) -> Vec<Diagnostic> {
    if config.load_balancer.ip_address_type != Maybe::Known(IpAddressType::Ipv4) {
        return Vec::new();
    }
    let ipv6 = |kind: &Kind| matches!(kind, Kind::Address(IpAddr::V6(_)));
    let mut kinds = kinds(config);
    match kinds.next() {
        Some((id, text, first)) if ipv6(&first) && kinds.all(|(_, _, kind)| ipv6(&kind)) => {
            vec![error(
                place("load_balancer", "ip_address_type"),
                "IPv6 targets behind an IPv4 load balancer",
                format!(
                    "The target of broker {id}, {text}, is an IPv6 address. Set \
                     ip_address_type = \"dualstack\", in subnets that have IPv6, or give IPv4 \
                     addresses."
                ),
            )]
        }
        _ => Vec::new(),
    }
}

/// The place of a broker.
pub(super) fn broker(id: BrokerId) -> Path {
    Path::of("brokers").key(id.to_string())
}

/// The brokers, as far as they are known.
pub(super) fn each(config: &Config) -> impl Iterator<Item = (BrokerId, &BrokerConfig)> {
    let brokers = config.brokers.known().into_iter().flatten();
    brokers.map(|(id, settings)| (*id, settings))
}

/// Brokers whose target is known, and its kind.
fn kinds(config: &Config) -> impl Iterator<Item = (BrokerId, &str, Kind)> {
    each(config).filter_map(|(id, settings)| {
        let text = settings.target.known()?;
        Some((id, text.as_str(), Kind::of(text)?))
    })
}
