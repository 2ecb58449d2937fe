//! `brokers`.

use tfplugin::{Attribute, Type};

pub(super) fn attribute() -> Attribute {
    Attribute::map_nested(
        "brokers",
        [
            Attribute::string("target").required().describe(
                "Where the broker is: its IP address, or the id of its instance if \
                 `target_group.target_type` is `instance`. A change moves this broker's port to \
                 the new machine; other brokers are not touched.",
            ),
            Attribute::number("port").optional_computed().describe(
                "Port on which clients reach this broker, and which it must advertise. 1 to \
                 65535, different for every broker; the one broker of a path may have the \
                 `bootstrap_port`. Before a second one is added, give the first a port of its \
                 own and let it advertise that, for then the bootstrap port leads to both. \
                 Default: `broker_port_base` plus the broker's id.",
            ),
            Attribute::number("target_port")
                .optional_computed()
                .describe(
                    "Port on the broker itself. Set it where brokers share a machine. Default: \
                 `target_group.port`.",
                ),
            Attribute::string("availability_zone").optional().describe(
                "Only for an address outside the VPC of the load balancer, where AWS requires \
                 it: `all`, or the zone whose load balancer node sends it traffic.",
            ),
            Attribute::set_of("additional_ports", Type::Number)
                .optional_computed()
                .describe(
                    "More ports that lead to this broker. For moving a port without an outage: \
                     add the new port here, let the broker advertise it, then make it the `port` \
                     and the old one additional, and remove that later. Each counts as one of \
                     the load balancer's 50 listeners. Default: `[]`.",
                ),
        ],
    )
    .required()
    .describe(
        "The brokers by Kafka's `node.id`, written as a plain number. 1 to 49 of them: a Network \
         Load Balancer has at most 50 listeners, one is for bootstrap. Adding or removing one \
         does not touch the others.",
    )
}
