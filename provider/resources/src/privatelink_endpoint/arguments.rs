//! The arguments of `kafka_privatelink_endpoint`, and what it computes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use tfplugin::{Diagnostics, Object, Path, Schema, Value};

use crate::{
    config::BOOTSTRAP_PORT,
    consumer_side::endpoint::EndpointConfig,
    syntax::{hostname, name, region, service_name, tag},
    timeouts::Timeouts,
};
use engine::model::Maybe;

pub const WAIT_FOR_ACCEPTANCE: bool = false;

/// Goes up when a stored state needs changing to be read by this version.
const VERSION: i64 = 0;

/// The schema, made once.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(VERSION, Arguments::block()));

/// The consumers' side of a private path to a Kafka cluster, in the account of the consumers or in
/// the one of the brokers: an interface endpoint to an endpoint service that a `kafka_privatelink`
/// or somebody else has made, its security group, and the DNS name that every broker advertises.
///
/// Where the service requires acceptance, its owner has to accept the endpoint. Until then `state` is
/// `pendingAcceptance`, plans and applies say so, and the hostname gets no record: that comes with
/// the next apply after the acceptance, or with this one if `wait_for_acceptance` is set.
#[derive(Clone, Debug, PartialEq, Object)]
#[object(with = Computed)]
pub struct Arguments {
    /// Name of the endpoint, in the names of new AWS objects and in their tag
    /// `kafka-privatelink:name`. Endpoints of one account and region have different names. 1 to 24
    /// lower-case letters, digits and hyphens. A change retags; existing objects keep the names that
    /// AWS knows them by.
    #[attr(required, shape, rule = name::check)]
    pub name: Maybe<String>,
    /// Name of the endpoint service, such as `com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0`:
    /// `service_name` of a `kafka_privatelink`, or what the service's owner says. Another one
    /// replaces the resource.
    #[attr(required, replaces, rule = service_name::check)]
    pub service_name: Maybe<String>,
    /// Region of the service, where that is not the endpoint's own. The service's owner has to have
    /// this resource's region in `supported_regions`, zones need not be the same, and AWS bills the
    /// traffic between the regions. Another one replaces the resource.
    #[attr(optional, replaces, rule = region::check)]
    pub service_region: Maybe<Option<String>>,
    /// DNS name that every broker advertises and clients connect to, such as `kafka.example.com`.
    /// Compared without regard to case and a trailing dot.
    #[attr(required, shape, rule = hostname::check, canonical = hostname::canonical)]
    pub hostname: Maybe<String>,
    /// AWS region of all objects. Default: the provider's region when the endpoint is made; where
    /// that changes later, or this argument is removed, the endpoint stays where it is, and plans
    /// warn of it. Another region here replaces the resource.
    #[attr(optional, computed, replaces, shape, rule = region::check)]
    pub region: Maybe<Option<String>>,
    /// Port on which clients begin. {range}. Default: `{default}`.
    #[attr(default = BOOTSTRAP_PORT, range = 1..=65535)]
    pub bootstrap_port: Maybe<u16>,
    /// Ports on which the brokers are reached, such as `[6001, 6002, 6003]`: those that they
    /// advertise. The managed security group opens them and `bootstrap_port`, and no others.
    /// {range}.
    #[attr(required, range = 1..=65535)]
    pub broker_ports: Maybe<BTreeSet<Maybe<u16>>>,
    #[attr(flatten)]
    pub endpoint: EndpointConfig,
    /// Whether an apply ends only when the service's owner has accepted the endpoint and it is
    /// available. A rejection ends it at once, with an error. Default: `{default}`.
    #[attr(default = WAIT_FOR_ACCEPTANCE, local)]
    pub wait_for_acceptance: Maybe<bool>,
    /// Tags of every object, on top of the provider's `default_tags`. Keys that begin with `aws:` or
    /// `kafka-privatelink:` are taken. Without a `Name` here or there, an object is made with one of
    /// its own, such as `orders-endpoint`, which `tags_all` does not list; what somebody calls it in
    /// AWS later is left alone.
    #[attr(optional, entry = tag::check)]
    pub tags: Maybe<Option<BTreeMap<String, Maybe<String>>>>,
    /// How long an operation may take. One that runs out of time says what it was waiting for, and
    /// the next apply goes on from there.
    #[attr(object, optional, local)]
    pub timeouts: Timeouts,
    // The arguments that decide which objects there are, and are unknown.
    #[attr(skip)]
    pub unknown_shape: Vec<Path>,
}

/// What AWS and the provider decide, besides the attributes of the endpoint itself.
#[derive(Object)]
pub struct Computed {
    /// What clients set `bootstrap.servers` to: `hostname:bootstrap_port`.
    #[attr(computed)]
    pub bootstrap_servers: Maybe<Option<String>>,
    /// Tags of every object: the provider's `default_tags` and `tags`.
    #[attr(computed)]
    pub tags_all: Maybe<BTreeMap<String, Maybe<String>>>,
    /// Identifies the resource as the owner of its objects: chosen at random when it is created, and
    /// the value of the tag `kafka-privatelink:owner` on each of them.
    #[attr(computed)]
    pub owner_id: Maybe<Option<String>>,
    /// What was found to differ from what was last applied and shows in no argument: which object,
    /// and how. The next apply repairs it, so it is `{}` after every apply. To have it left alone,
    /// name it in `lifecycle { ignore_changes = [drift] }`, or one of its keys:
    /// `[drift["alias"]]`. It takes no value.
    #[attr(optional, computed)]
    pub drift: Maybe<BTreeMap<String, Maybe<String>>>,
}

impl Arguments {
    /// Reads a value of the schema's type. The second half says what is wrong with single
    /// arguments; each of those is unknown in the first.
    pub fn read(value: &Value) -> (Arguments, Diagnostics) {
        let (arguments, found) = <Arguments as Object>::parse(value);
        let unknown_shape = SCHEMA.unknown_shape(value);
        let arguments = Arguments {
            unknown_shape,
            ..arguments
        };
        (arguments, found)
    }

    /// The region that AWS has to look for the service in: `None` where it is the endpoint's, `region`.
    pub fn other_region(&self, region: &str) -> Option<Maybe<String>> {
        match &self.service_region {
            Maybe::Known(None) => None,
            Maybe::Known(Some(same)) if same == region => None,
            Maybe::Known(Some(other)) => Some(Maybe::Known(other.clone())),
            Maybe::Unknown => Some(Maybe::Unknown),
        }
    }

    /// The arguments with something in the place of those that are unknown and decide which objects
    /// there are: what was there `before`, or else the default.
    pub fn assume(&self, written: &Value, before: Option<&Value>) -> Arguments {
        if self.unknown_shape.is_empty() {
            return self.clone();
        }
        let mut assumed = match before {
            Some(before) => Arguments::read(&SCHEMA.assume(written, before)).0,
            None => self.clone(),
        };
        // Nothing but themselves follows from these.
        assumed.name.clone_from(&self.name);
        assumed.region.clone_from(&self.region);
        assumed.unknown_shape.clone_from(&self.unknown_shape);
        // There is some port, and so there are rules.
        if assumed.bootstrap_port.is_unknown() {
            assumed.bootstrap_port = Maybe::Known(BOOTSTRAP_PORT);
        }
        assumed
    }
}
