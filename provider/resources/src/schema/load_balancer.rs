//! `load_balancer`.

use tfplugin::{Attribute, Type};

use crate::config::defaults;

pub(super) fn attribute() -> Attribute {
    Attribute::single(
        "load_balancer",
        [
            Attribute::set_of("subnet_ids", Type::String)
                .required()
                .describe(
                    "Subnets of the load balancer: one per availability zone, all in one VPC. Use \
                 every zone that a broker is in, for AWS sends nothing to others. AWS does not \
                 remove a subnet while an endpoint is connected.",
                ),
            Attribute::set_of("security_group_ids", Type::String)
                .optional()
                .describe(
                    "Exactly these security groups. Left out, the resource manages a group of its \
                 own: a load balancer that was born without groups can never get one, so `[]` is \
                 refused. One that was imported without groups stays without: leave this out.",
                ),
            Attribute::string("enforce_security_group_inbound_rules_on_private_link_traffic")
                .optional_computed()
                .describe(
                    "Whether the inbound rules of the load balancer's groups apply to traffic \
                     from endpoints: `on` or `off`. Default: `off` with the managed group, where \
                     `allowed_principals`, acceptance and the consumers' own groups decide; `on` \
                     with `security_group_ids`.",
                ),
            Attribute::string("ip_address_type")
                .optional_computed()
                .describe(format!(
                    "`ipv4` or `dualstack`, which IPv6 targets and IPv6 endpoints need. Default: \
                 `{}`.",
                    defaults::LOAD_BALANCER_IP_ADDRESS_TYPE
                )),
            Attribute::bool("cross_zone_enabled")
                .optional_computed()
                .describe(format!(
                    "Whether a node of the load balancer sends traffic to brokers in other zones. \
                 Every broker port has one target, so without it endpoints in other zones time \
                 out: `false` needs exactly one subnet, but for a path that others built so and \
                 that was imported. AWS bills traffic between zones. Default: `{}`.",
                    defaults::CROSS_ZONE_ENABLED
                )),
            Attribute::bool("deletion_protection_enabled")
                .optional_computed()
                .describe(format!(
                    "Whether AWS refuses to delete the load balancer. Set it to `false` and apply \
                 before destroying the path. Default: `{}`.",
                    defaults::DELETION_PROTECTION_ENABLED
                )),
        ],
    )
    .required()
    .describe("The internal Network Load Balancer in the VPC of the brokers. Never replaced.")
}
