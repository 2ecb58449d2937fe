//! The schema of `kafka_privatelink`.
//!
//! Collections are sets and maps, never lists: AWS answers in random order, and Terraform would
//! show every shuffle as a change.

mod broker;
mod computed;
mod endpoint;
mod endpoint_service;
mod listener;
mod load_balancer;
mod target_group;

use tfplugin::{Attribute, Block, Schema, Type};

use crate::config::defaults;

/// The resource's type name.
pub const TYPE_NAME: &str = "kafka_privatelink";

/// Goes up when a stored state needs changing to be read by this version.
pub const VERSION: i64 = 0;

pub fn schema() -> Schema {
    let attributes = naming()
        .into_iter()
        .chain([
            broker::attribute(),
            load_balancer::attribute(),
            listener::attribute(),
            target_group::attribute(),
            wait_for_healthy(),
            endpoint_service::attribute(),
            endpoint::attribute(),
            tags(),
            timeouts(),
        ])
        .chain(computed::attributes());
    Schema::new(VERSION, Block::new(ABOUT).attributes(attributes))
}

const ABOUT: &str = "A whole private path to a Kafka cluster over AWS PrivateLink: one hostname \
    for all brokers and one port per broker. The resource builds a Network Load Balancer with its \
    security group, listeners and target groups, the endpoint service in front of it and, with \
    `endpoint`, also the consumer's side: an interface endpoint, its security group, and the DNS \
    alias. The brokers must advertise `hostname` with the ports in `advertised_listeners`.\n\n\
    Terraform drops members of nested objects (`brokers`, `load_balancer`, `listener`, \
    `target_group`, `endpoint_service`, `endpoint`, `timeouts`) that do not exist, such as \
    misspelled ones, without a word: \
    [hashicorp/terraform#33570](https://github.com/hashicorp/terraform/issues/33570). No provider \
    gets to see them. Compare the plan with what you have written.";

fn naming() -> Vec<Attribute> {
    vec![
        Attribute::string("name").required().describe(
            "Name of the path, in the names of new AWS objects and in their tag \
             `kafka-privatelink:name`. 1 to 24 lower-case letters, digits and hyphens, not \
             beginning with `internal-`, `sg-` or `vpce-svc-`. A change retags; existing objects \
             keep the names that AWS knows them by.",
        ),
        Attribute::string("hostname").required().describe(
            "DNS name that every broker advertises and clients connect to, such as \
             `kafka.example.com`. Compared without regard to case and a trailing dot. Brokers' \
             certificates must carry it. After a change, brokers have to advertise the new name.",
        ),
        Attribute::string("region").optional_computed().describe(
            "AWS region of all objects. Default: the provider's region when the path is made; where \
             that changes later, or this argument is removed, the path stays where it is, and plans \
             warn of it. Another region here replaces the resource.",
        ),
        Attribute::number("bootstrap_port")
            .optional_computed()
            .describe(format!(
                "Port on which clients begin, served by any healthy broker. 1 to 65535. The one \
             broker of a path may have it as its own `port`. Default: `{}`.",
                defaults::BOOTSTRAP_PORT
            )),
        Attribute::number("broker_port_base")
            .optional_computed()
            .describe(format!(
                "Broker n is reached on this number plus n, unless the broker has a `port` of its \
             own. 0 to 65535. Default: `{}`. A change moves every such broker to another port, \
             which the brokers must then advertise.",
                defaults::BROKER_PORT_BASE
            )),
    ]
}

fn wait_for_healthy() -> Attribute {
    Attribute::bool("wait_for_healthy")
        .optional_computed()
        .describe(format!(
            "Whether an apply ends only when every target that it registers is healthy, in the \
             broker's own group and in bootstrap's: all of a new path, and those of brokers that \
             come or change later. A broker's old target leaves bootstrap when the new one is \
             healthy there, and a removed broker's when all that stay are. When the time is up, \
             the error names the brokers that are not healthy, with AWS's state and reason; all \
             else is done, and old targets that were waiting stay. Default: `{}`.",
            defaults::WAIT_FOR_HEALTHY
        ))
}

fn tags() -> Attribute {
    Attribute::map_of("tags", Type::String).optional().describe(
        "Tags of every object of the path, on top of the provider's `default_tags`. Keys that \
         begin with `aws:` or `kafka-privatelink:` are taken. Without a `Name` here or there, an \
         object is made with one of its own, such as `orders-target-group-3`, which `tags_all` \
         does not list; what somebody calls it in AWS later is left alone.",
    )
}

fn timeouts() -> Attribute {
    let timeout = |name: &str, what: &str| {
        Attribute::string(name).optional().describe(format!(
            "How long {what} may take in all, as a duration such as `45m` or `1h30m`. Default: \
             `30m`."
        ))
    };
    Attribute::single(
        "timeouts",
        [
            timeout("create", "creating the path"),
            timeout("read", "reading the path"),
            timeout("update", "changing the path"),
            timeout("delete", "deleting the path"),
        ],
    )
    .optional()
    .describe(
        "How long an operation may take. One that runs out of time says what it was waiting for, \
         and the next apply goes on from there.",
    )
}

#[cfg(test)]
mod tests;
