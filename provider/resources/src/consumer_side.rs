//! The side of the clients: the endpoint with its security group, and the hostname's hosted zone and
//! alias records. Every resource has them by its arguments being a [`ConsumerSide`].

pub mod argument;
pub mod checks;
pub mod desired;
pub mod endpoint;
mod open_ports;
pub mod render;
pub mod rules;
pub mod scope;
pub mod unknown;
pub mod upgrade;

use std::collections::BTreeSet;

use tfplugin::{Path, Value};

use self::endpoint::EndpointConfig;
use crate::{lifecycle::Common, network::Side};
use engine::model::Maybe;

/// Arguments that ask for an endpoint, or may do so.
pub trait ConsumerSide: Common {
    /// `None` where no endpoint is asked for, or nobody knows yet whether one is.
    fn endpoint(&self) -> Option<&EndpointConfig>;

    /// The name that leads to the endpoint.
    fn hostname(&self) -> &Maybe<String>;

    /// Every port that the service listens on; `None` while one of them is not known.
    fn ports(&self) -> Option<BTreeSet<u16>>;

    /// The object of a state that has the endpoint's attributes.
    fn attributes(state: &Value) -> &Value;

    /// The object that the endpoint's arguments are in; the root where they are the resource's own.
    fn block() -> Path;

    /// Where an argument of the endpoint is written.
    fn place(argument: &str) -> Path {
        Self::block().attribute(argument)
    }
}

/// The networks that the endpoint is to stand in.
pub fn side<A: ConsumerSide>(arguments: &A) -> Option<Side<'_>> {
    let endpoint = arguments.endpoint()?;
    Some(Side {
        object: "endpoint",
        place: A::place,
        subnet_ids: &endpoint.subnet_ids,
        security_group_ids: &endpoint.security_group_ids,
        vpc: endpoint.vpc_id.known().map(String::as_str),
    })
}
