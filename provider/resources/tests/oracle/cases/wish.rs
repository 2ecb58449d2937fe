//! One drawing of all arguments, and the valid configuration that comes closest to it.

use std::collections::BTreeSet;

use proptest::{
    prelude::*,
    sample::{Index, select},
};
use resources::schema::schema;
use tfplugin::{Value, testing::generator::Drawing};

use super::arguments::{BROKERS, arguments};

const ENFORCE: &str = "load_balancer.enforce_security_group_inbound_rules_on_private_link_traffic";
const CROSS_ZONE: &str = "load_balancer.cross_zone_enabled";
const SUBNETS: &str = "load_balancer.subnet_ids";
const FAMILIES: &str = "endpoint_service.supported_ip_address_types";
const IDLE: &str = "listener.tcp_idle_timeout_seconds";

/// What was drawn for each argument.
#[derive(Clone, Debug)]
pub struct Wish(Drawing);

pub fn wishes() -> impl Strategy<Value = Wish> {
    let all = arguments();
    let drawn: Vec<_> = all.iter().map(|(_, it)| select(it.clone())).collect();
    drawn.prop_map(move |values| Wish(Drawing::new(&all, values)))
}

impl Wish {
    /// The simplest configuration, but for these arguments.
    pub fn with<const N: usize>(given: [(&str, Value); N]) -> Wish {
        let mut wish = Drawing::simplest(&arguments());
        for (place, value) in given {
            wish.set(place, value);
        }
        Wish(wish)
    }

    /// The same with some arguments as in `other`. Subnets only join: AWS takes none away from a
    /// load balancer that has an endpoint.
    pub fn edited(&self, other: &Wish, edits: &[Index]) -> Wish {
        let places: Vec<&str> = self.0.places().collect();
        let mut next = self.0.clone();
        for edit in edits {
            let place = edit.get(&places);
            next.set(place, other.0.drawn(place).clone());
        }
        let sets = [self.0.drawn(SUBNETS), next.drawn(SUBNETS)];
        let subnets = sets.iter().filter_map(|set| set.as_slice()).flatten();
        let joined: BTreeSet<Value> = subnets.cloned().collect();
        next.set(SUBNETS, Value::set(joined));
        Wish(next)
    }

    /// A valid configuration. Where two arguments do not go together, one gives way.
    pub fn config(&self) -> Value {
        let mut draft = Draft(self.0.clone());
        draft.go_together();
        draft.ports_and_targets();
        draft.0.config(&schema())
    }
}

struct Draft(Drawing);

impl Draft {
    fn is(&self, place: &str, text: &str) -> bool {
        self.0.get(place).as_str() == Some(text)
    }

    fn has(&self, place: &str, element: &str) -> bool {
        let elements = self.0.get(place).as_slice().unwrap_or_default();
        elements.contains(&element.into())
    }

    fn number(&self, place: &str, default: u64) -> u64 {
        self.0.get(place).as_u64().unwrap_or(default)
    }

    fn drop(&mut self, place: &str) {
        self.0.set(place, Value::Null);
    }

    fn go_together(&mut self) {
        if self.0.get("load_balancer.security_group_ids").is_null() && self.is(ENFORCE, "on") {
            self.drop(ENFORCE);
        }
        let subnets = self.0.get(SUBNETS).as_slice().map_or(0, <[Value]>::len);
        if subnets > 1 && self.0.get(CROSS_ZONE).as_bool() == Some(false) {
            self.drop(CROSS_ZONE);
        }
        if subnets == 1 {
            self.0.set("endpoint.subnet_ids", Value::set(["subnet-a9"]));
        }
        if !self.is("load_balancer.ip_address_type", "dualstack") && self.has(FAMILIES, "ipv6") {
            self.drop(FAMILIES);
        }
        // A service that says nothing of families has those that its endpoint asks for.
        let serves_ipv6 = match self.0.get(FAMILIES).is_null() {
            true => self.is("load_balancer.ip_address_type", "dualstack"),
            false => self.has(FAMILIES, "ipv6"),
        };
        if !self.is("endpoint.ip_address_type", "ipv4") && !serves_ipv6 {
            self.drop("endpoint.ip_address_type");
        }
        if !self.0.get("endpoint.security_group_ids").is_null() {
            for sources in ["cidr_blocks", "security_group_ids", "prefix_list_ids"] {
                self.drop(&format!("endpoint.allowed_{sources}"));
            }
        }
        if self.is("endpoint.dns.mode", "none") {
            self.drop("endpoint.zone_id");
        }
        if self.is("listener.protocol", "TLS") {
            let certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1";
            self.0.set("listener.certificate_arn", certificate);
            self.drop(IDLE);
        } else {
            self.drop("listener.certificate_arn");
            self.drop("listener.ssl_policy");
            self.drop("target_group.protocol");
        }
        if self.has("endpoint_service.supported_regions", "eu-west-1") {
            self.drop(IDLE);
        }
        const CHECK: &str = "target_group.health_check";
        let (timeout, interval) = (
            format!("{CHECK}.timeout_seconds"),
            format!("{CHECK}.interval_seconds"),
        );
        if self.number(&timeout, 10) > self.number(&interval, 30) {
            self.drop(&interval);
            if self.number(&timeout, 10) > 30 {
                self.drop(&timeout);
            }
        }
        if !BROKERS
            .into_iter()
            .any(|id| self.0.is_written(&format!("brokers.{id}")))
        {
            self.0.set("brokers.1", true);
        }
    }

    /// Targets and ports of which no two are the same.
    fn ports_and_targets(&mut self) {
        let all = BROKERS.filter(|id| self.0.is_written(&format!("brokers.{id}")));
        let present: Vec<u16> = all.collect();
        let shifted = |by: u64, rank: usize| {
            present[(rank + usize::try_from(by).unwrap_or(0)) % present.len()]
        };
        let (ports, targets) = (self.number("ports", 0), self.number("targets", 0));
        let base = self.number("broker_port_base", 6000);
        let bootstrap = self.number("bootstrap_port", 9091);
        let instances = self.is("target_group.target_type", "instance");
        let mut taken = BTreeSet::from([bootstrap]);
        for (rank, id) in present.iter().enumerate() {
            let port = format!("brokers.{id}.port");
            let place = shifted(ports, rank);
            if present.len() == 1 && ports == 2 {
                // One broker alone has no other to change ports with, and may share bootstrap's.
                self.0.set(&port, bootstrap);
            } else if self.0.get(&port).is_null() && place != *id {
                self.0.set(&port, base + u64::from(place));
            }
            taken.insert(self.number(&port, base + u64::from(*id)));
        }
        let variants: Vec<(u16, u64)> = (0..present.len())
            .map(|rank| shifted(targets, rank))
            .map(|id| (id, self.number(&format!("brokers.{id}.target"), 1)))
            .collect();
        for (id, (target, variant)) in present.iter().zip(variants) {
            let at = |name: &str| format!("brokers.{id}.{name}");
            let target = match instances {
                true => format!("i-0{target}0{variant}"),
                false => format!("10.0.{variant}.{target}"),
            };
            self.0.set(&at("target"), target);
            if instances {
                self.drop(&at("availability_zone"));
            }
            if let Some(ports) = self.0.get(&at("additional_ports")).as_slice() {
                let free = |port: &&Value| port.as_u64().is_some_and(|port| taken.insert(port));
                let ports: Vec<Value> = ports.iter().filter(free).cloned().collect();
                self.0.set(&at("additional_ports"), Value::set(ports));
            }
        }
    }
}
