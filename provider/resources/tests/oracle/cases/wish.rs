//! One drawing of all arguments, and the valid configuration that comes closest to it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    prelude::*,
    sample::{Index, select},
};
use resources::schema::schema;
use tfplugin::{Value, testing::configuration};

use super::arguments::{BROKERS, WRITTEN, arguments};

/// What was drawn for each argument, by its place.
#[derive(Clone, Debug)]
pub struct Wish(BTreeMap<String, Value>);

pub fn wishes() -> impl Strategy<Value = Wish> {
    let (places, choices): (Vec<_>, Vec<_>) = arguments().into_iter().unzip();
    let drawn: Vec<_> = choices.into_iter().map(select).collect();
    drawn.prop_map(move |values| Wish(places.iter().cloned().zip(values).collect()))
}

impl Wish {
    /// The simplest configuration, but for these arguments.
    pub fn with<const N: usize>(given: [(&str, Value); N]) -> Wish {
        let simplest = arguments()
            .into_iter()
            .map(|(place, choices)| (place, choices[0].clone()));
        let mut wish: BTreeMap<String, Value> = simplest.collect();
        for (place, value) in given {
            assert!(
                wish.insert(place.to_owned(), value).is_some(),
                "no argument {place}"
            );
        }
        Wish(wish)
    }

    /// The same with some arguments as in `other`. Subnets only join: AWS takes none away from a
    /// load balancer that has an endpoint.
    pub fn edited(&self, other: &Wish, edits: &[Index]) -> Wish {
        let places: Vec<&String> = self.0.keys().collect();
        let mut next = self.0.clone();
        for edit in edits {
            let place = places[edit.index(places.len())];
            next.insert(place.clone(), other.0[place].clone());
        }
        const SUBNETS: &str = "load_balancer.subnet_ids";
        let subnets = [&self.0[SUBNETS], &next[SUBNETS]];
        let joined: BTreeSet<Value> = subnets
            .iter()
            .filter_map(|set| set.as_slice())
            .flatten()
            .cloned()
            .collect();
        next.insert(SUBNETS.to_owned(), Value::set(joined));
        Wish(next)
    }

    /// A valid configuration. Where two arguments do not go together, one gives way.
    pub fn config(&self) -> Value {
        let mut draft = Draft(self.0.clone());
        draft.leave_out_what_is_not_written();
        draft.reconcile();
        let brokers = draft.brokers();
        let mut config = Value::object::<&str>([]);
        for (place, value) in &draft.0 {
            let is_special = ["ports", "targets"].contains(&place.as_str())
                || WRITTEN.contains(&place.as_str())
                || place.starts_with("brokers");
            if !is_special {
                put(&mut config, place, value.clone());
            }
        }
        for object in WRITTEN.iter().filter(|object| draft.is_written(object)) {
            put(&mut config, object, Value::object::<&str>([]));
        }
        put(&mut config, "brokers", brokers);
        configuration::complete(&schema(), &config)
    }
}

struct Draft(BTreeMap<String, Value>);

impl Draft {
    fn get(&self, place: &str) -> &Value {
        &self.0[place]
    }

    fn is(&self, place: &str, text: &str) -> bool {
        self.get(place).as_str() == Some(text)
    }

    fn drop(&mut self, place: &str) {
        self.0.insert(place.to_owned(), Value::Null);
    }

    /// An object is written if it is drawn so, and so are those around it.
    fn is_written(&self, object: &str) -> bool {
        let around = object
            .rsplit_once('.')
            .is_none_or(|(outer, _)| self.is_written(outer));
        around && self.get(object).as_bool() == Some(true)
    }

    fn leave_out_what_is_not_written(&mut self) {
        for object in WRITTEN {
            if !self.is_written(object) {
                let inside = format!("{object}.");
                let inner = self.0.keys().filter(|place| place.starts_with(&inside));
                for place in inner.cloned().collect::<Vec<_>>() {
                    self.0.insert(place, Value::Null);
                }
            }
        }
    }

    fn reconcile(&mut self) {
        const ENFORCE: &str =
            "load_balancer.enforce_security_group_inbound_rules_on_private_link_traffic";
        const FAMILIES: &str = "endpoint_service.supported_ip_address_types";
        const IDLE: &str = "listener.tcp_idle_timeout_seconds";
        if self.get("load_balancer.security_group_ids").is_null() && self.is(ENFORCE, "on") {
            self.drop(ENFORCE);
        }
        let subnets = self
            .get("load_balancer.subnet_ids")
            .as_slice()
            .map_or(0, <[Value]>::len);
        if subnets > 1 && self.get("load_balancer.cross_zone_enabled").as_bool() == Some(false) {
            self.drop("load_balancer.cross_zone_enabled");
        }
        let families = self.get(FAMILIES).as_slice().map_or(0, <[Value]>::len);
        if families > 1 && !self.is("load_balancer.ip_address_type", "dualstack") {
            self.drop(FAMILIES);
        }
        if self.is("listener.protocol", "TLS") {
            let certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1";
            self.0
                .insert("listener.certificate_arn".to_owned(), certificate.into());
            self.drop(IDLE);
        } else {
            self.drop("listener.ssl_policy");
            self.drop("target_group.protocol");
        }
        let regions = self.get("endpoint_service.supported_regions");
        if regions
            .as_slice()
            .is_some_and(|regions| regions.contains(&"eu-west-1".into()))
        {
            self.drop(IDLE);
        }
        if !self.get("endpoint.security_group_ids").is_null() {
            self.drop("endpoint.allowed_cidr_blocks");
        }
        if subnets == 1 && self.is_written("endpoint") {
            let one = Value::set(["subnet-a9"]);
            self.0.insert("endpoint.subnet_ids".to_owned(), one);
        }
    }

    /// The brokers with targets and ports of which no two are the same.
    fn brokers(&self) -> Value {
        let present: Vec<u16> = BROKERS
            .filter(|id| self.get(&format!("brokers.{id}")).as_bool() == Some(true))
            .collect();
        let shifted = |by: &str, rank: usize| {
            let by = self
                .get(by)
                .as_u64()
                .and_then(|by| usize::try_from(by).ok());
            present[(rank + by.unwrap_or(0)) % present.len()]
        };
        let base = self.get("broker_port_base").as_u64().unwrap_or(6000);
        let mut taken = BTreeSet::from([self.get("bootstrap_port").as_u64().unwrap_or(9091)]);
        let mut ports = Vec::new();
        for (rank, id) in present.iter().enumerate() {
            let given = self.get(&format!("brokers.{id}.port")).clone();
            let place = shifted("ports", rank);
            // One broker alone has no other to change ports with, and may share bootstrap's.
            if present.len() == 1 && self.get("ports").as_u64() == Some(2) {
                let bootstrap = self.get("bootstrap_port").as_u64().unwrap_or(9091);
                ports.push(Value::from(bootstrap));
                continue;
            }
            let port = match given.is_null() && place != *id {
                true => Value::from(base + u64::from(place)),
                false => given,
            };
            taken.insert(port.as_u64().unwrap_or(base + u64::from(*id)));
            ports.push(port);
        }
        Value::map(
            present
                .iter()
                .zip(ports)
                .enumerate()
                .map(|(rank, (id, port))| {
                    let at = |name: &str| self.get(&format!("brokers.{id}.{name}"));
                    let additional = match at("additional_ports").as_slice() {
                        None => Value::Null,
                        Some(ports) => {
                            let free = |port: &&Value| {
                                port.as_u64().is_some_and(|port| taken.insert(port))
                            };
                            Value::set(ports.iter().filter(free).cloned().collect::<Vec<_>>())
                        }
                    };
                    let broker = Value::object([
                        ("target", self.target(shifted("targets", rank))),
                        ("port", port),
                        ("target_port", at("target_port").clone()),
                        (
                            "availability_zone",
                            match self.targets_are_instances() {
                                true => Value::Null,
                                false => at("availability_zone").clone(),
                            },
                        ),
                        ("additional_ports", additional),
                    ]);
                    (id.to_string(), broker)
                }),
        )
    }

    fn targets_are_instances(&self) -> bool {
        self.is("target_group.target_type", "instance")
    }

    fn target(&self, id: u16) -> Value {
        let variant = self
            .get(&format!("brokers.{id}.target"))
            .as_u64()
            .unwrap_or(1);
        match self.targets_are_instances() {
            true => format!("i-0{id}0{variant}").into(),
            false => format!("10.0.{variant}.{id}").into(),
        }
    }
}

/// Sets what is at that place, and makes objects on the way there. A null makes none.
fn put(object: &mut Value, place: &str, value: Value) {
    if value.is_null() {
        return;
    }
    let Value::Object(members) = object else {
        panic!("{place} leads into something that is no object");
    };
    match place.split_once('.') {
        Some((first, rest)) => {
            let inner = members
                .entry(first.to_owned())
                .or_insert_with(|| Value::object::<&str>([]));
            put(inner, rest, value);
        }
        None => {
            members.entry(place.to_owned()).or_insert(value);
        }
    }
}
