//! A configuration of `kafka_privatelink`, typed.
//!
//! Reading refuses what is wrong with one argument for itself: its syntax, its range, its choice
//! of words. [`crate::validate`] adds the rules between arguments.
//!
//! How Terraform's three kinds of absence appear here:
//!
//! - An argument with a default is `Maybe<T>`: null has become the default.
//! - An argument whose null means something, or that AWS decides, is `Maybe<Option<T>>`:
//!   `Known(None)` is null.
//! - `Unknown` is "known after apply". It may still turn out to be null, and of a collection
//!   nothing is known then, not even how many elements it has. A known collection may have unknown
//!   elements; two of them are one in a `BTreeSet`, so the length of a set says nothing while
//!   [`may_grow`] holds.
//! - Of an object that is unknown as a whole, every member is unknown.
//!
//! Ids and texts usually come from other resources, and planning is exact about them. Numbers,
//! bools, words and the keys of `brokers` give a path its shape and rarely do: while one is
//! unknown (they are listed in [`Config::unknown_shape`]) whatever could depend on it is planned as unknown.

mod computed;
pub mod defaults;
pub mod schema;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{
    Diagnostics, Object, Path, Value,
    object::{Invalid, Reader},
};

use crate::service_side::brokers::{broker_id, broker_port};
use engine::model::{BrokerId, Maybe};

pub use crate::{
    consumer_side::endpoint::EndpointConfig,
    service_side::{
        brokers::BrokerConfig,
        endpoint_service::{OnDestroy, ServiceConfig},
        listener::ListenerConfig,
        load_balancer::LoadBalancerConfig,
        target_group::{HealthCheckConfig, TargetGroupConfig},
    },
    syntax::{arn, cidr, duration, hostname, id, name, principal, region, tag, target},
    timeouts::Timeouts,
};
pub use computed::Computed;

/// A whole private path to a Kafka cluster over AWS PrivateLink: one hostname for all brokers and one
/// port per broker. The resource builds a Network Load Balancer with its security group, listeners
/// and target groups, the endpoint service in front of it and, with `endpoint`, also the consumer's
/// side: an interface endpoint, its security group, and the DNS alias. The brokers must advertise
/// `hostname` with the ports in `advertised_listeners`.
///
/// Terraform drops members of nested objects (`brokers`, `load_balancer`, `listener`,
/// `target_group`, `endpoint_service`, `endpoint`, `timeouts`) that do not exist, such as misspelled
/// ones, without a word:
/// [hashicorp/terraform#33570](https://github.com/hashicorp/terraform/issues/33570). No provider
/// gets to see them. Compare the plan with what you have written.
#[derive(Clone, Debug, PartialEq, Object)]
#[object(with = Computed, finish = Config::complete)]
pub struct Config {
    /// Name of the path, in the names of new AWS objects and in their tag `kafka-privatelink:name`.
    /// 1 to 24 lower-case letters, digits and hyphens, not beginning with `internal-`, `sg-` or
    /// `vpce-svc-`. A change retags; existing objects keep the names that AWS knows them by.
    #[attr(required, shape, rule = name::check)]
    pub name: Maybe<String>,
    /// DNS name that every broker advertises and clients connect to, such as `kafka.example.com`.
    /// Compared without regard to case and a trailing dot. Brokers' certificates must carry it.
    /// After a change, brokers have to advertise the new name.
    #[attr(required, shape, rule = hostname::check, canonical = hostname::canonical)]
    pub hostname: Maybe<String>,
    /// AWS region of all objects. Default: the provider's region when the path is made; where that
    /// changes later, or this argument is removed, the path stays where it is, and plans warn of it.
    /// Another region here replaces the resource.
    #[attr(optional, computed, replaces, shape, rule = region::check)]
    pub region: Maybe<Option<String>>,
    /// Port on which clients begin, served by any healthy broker. {range}. The one broker of a path
    /// may have it as its own `port`.
    #[attr(default = defaults::BOOTSTRAP_PORT, range = 1..=65535)]
    pub bootstrap_port: Maybe<u16>,
    /// Broker n is reached on this number plus n, unless the broker has a `port` of its own.
    /// {range}. Default: `{default}`. A change moves every such broker to another port, which the
    /// brokers must then advertise.
    #[attr(default = defaults::BROKER_PORT_BASE, range = 0..=65535)]
    pub broker_port_base: Maybe<u16>,
    /// The brokers by Kafka's `node.id`, written as a plain number. 1 to 49 of them: a Network Load
    /// Balancer has at most 50 listeners, one is for bootstrap. Adding or removing one does not
    /// touch the others.
    #[attr(required, key = broker_id)]
    pub brokers: Maybe<BTreeMap<BrokerId, BrokerConfig>>,
    /// The internal Network Load Balancer in the VPC of the brokers. Never replaced.
    #[attr(object, required)]
    pub load_balancer: LoadBalancerConfig,
    /// Settings of all listeners: the one for bootstrap, and each broker's. Changed in place; a
    /// change of `protocol` affects every client's next connection.
    #[attr(object, optional, computed)]
    pub listener: ListenerConfig,
    /// Settings of all target groups: the one of all brokers, and each broker's own.
    #[attr(object, optional, computed)]
    pub target_group: TargetGroupConfig,
    /// Whether an apply ends only when every target that it registers is healthy, in the broker's
    /// own group and in bootstrap's: all of a new path, and those of brokers that come or change
    /// later. A broker's old target leaves bootstrap when the new one is healthy there, and a removed
    /// broker's when all that stay are. When the time is up, the error names the brokers that are not
    /// healthy, with AWS's state and reason; all else is done, and old targets that were waiting
    /// stay.
    #[attr(default = defaults::WAIT_FOR_HEALTHY, local)]
    pub wait_for_healthy: Maybe<bool>,
    /// The endpoint service in front of the load balancer. Never replaced.
    #[attr(object, optional, computed)]
    pub endpoint_service: ServiceConfig,
    /// The consumers' side, where it is in the same account and region: an interface endpoint and
    /// the DNS name. Leave it out when consumers make their own endpoint to `service_name`.
    #[attr(object, optional)]
    pub endpoint: Maybe<Option<EndpointConfig>>,
    // `None` and an empty map mean the same to AWS, and are told apart in the state.
    /// Tags of every object of the path, on top of the provider's `default_tags`. Keys that begin
    /// with `aws:` or `kafka-privatelink:` are taken. Without a `Name` here or there, an object is
    /// made with one of its own, such as `orders-target-group-3`, which `tags_all` does not list;
    /// what somebody calls it in AWS later is left alone.
    #[attr(optional, entry = tag::check)]
    pub tags: Maybe<Option<BTreeMap<String, Maybe<String>>>>,
    /// How long an operation may take. One that runs out of time says what it was waiting for, and
    /// the next apply goes on from there.
    #[attr(object, optional, local)]
    pub timeouts: Timeouts,
    // The arguments that give a path its shape and are unknown. Empty in an apply, and in almost
    // every plan.
    #[attr(skip)]
    pub unknown_shape: Vec<Path>,
}

impl Config {
    /// Reads a value of the schema's type. The second half says what is wrong with single
    /// arguments; each of those is unknown in the first.
    pub fn read(value: &Value) -> (Config, Diagnostics) {
        let (config, found) = <Config as Object>::parse(value);
        let unknown_shape = schema::SCHEMA.unknown_shape(value);
        let config = Config {
            unknown_shape,
            ..config
        };
        (config, found)
    }

    /// Reads a configuration that has been validated.
    pub fn parse(value: &Value) -> Result<Config, Diagnostics> {
        let (config, found) = Config::read(value);
        if found.has_errors() {
            return Err(found);
        }
        Ok(config)
    }

    /// Gives brokers the ports that they leave to other arguments.
    fn complete(&mut self, from: &Reader<'_>) {
        let Maybe::Known(brokers) = &mut self.brokers else {
            return;
        };
        let mut portless = Vec::new();
        for (id, broker) in brokers {
            let written = from.member("brokers").key(&id.to_string());
            if written.member("target_port").value().is_null() {
                broker.target_port = self.target_group.port.clone();
            }
            if let Maybe::Known(base) = self.broker_port_base
                && written.member("port").value().is_null()
            {
                match broker_port(base, *id) {
                    Some(port) => broker.port = Maybe::Known(port),
                    None => portless.push((base, id.to_string())),
                }
            }
        }
        if let Some((base, id)) = portless.into_iter().min() {
            from.member("broker_port_base").refuse(no_port(base, &id));
        }
    }
}

fn no_port(base: u16, id: &str) -> Invalid {
    Invalid::new(
        "No port for a broker",
        format!(
            "{base} plus the broker's id {id} is no port from 1 to 65535. Choose another \
             broker_port_base, or give that broker a port of its own."
        ),
    )
}

impl Config {
    /// The one broker of a path that is reached on the bootstrap port itself.
    pub fn sole_broker(&self) -> Option<(BrokerId, &BrokerConfig)> {
        let brokers = self.brokers.known().filter(|all| all.len() == 1)?;
        let (id, broker) = brokers.first_key_value()?;
        let port = broker.port.known()?;
        (self.bootstrap_port.known() == Some(port)).then_some((*id, broker))
    }
}

/// May the set have more elements than it shows? It may while one of them is unknown.
pub fn may_grow<T: Ord>(set: &BTreeSet<Maybe<T>>) -> bool {
    set.contains(&Maybe::Unknown)
}

/// The elements that are known.
pub fn known<T>(set: &BTreeSet<Maybe<T>>) -> impl Iterator<Item = &T> {
    set.iter().filter_map(Maybe::known)
}
