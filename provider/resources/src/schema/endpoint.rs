//! `endpoint`.

use tfplugin::{Attribute, Type};

use crate::config::defaults;

pub(super) fn attribute() -> Attribute {
    let given = [
        Attribute::string("vpc_id").required().describe(
            "VPC of the consumers. A change makes a new endpoint, zone and alias before the old \
             ones go.",
        ),
        Attribute::set_of("subnet_ids", Type::String).required().describe(
            "Subnets that get a network interface of the endpoint: one per availability zone, in \
             zones that the service serves.",
        ),
        Attribute::set_of("security_group_ids", Type::String).optional().describe(
            "Exactly these security groups. Left out, the resource manages a group that opens \
             the ports of the listeners, and no others, to `allowed_cidr_blocks`.",
        ),
        Attribute::set_of("allowed_cidr_blocks", Type::String).optional_computed().describe(
            "Who may connect through the managed group, as CIDR blocks. Default: the blocks of \
             the VPC, IPv4 and IPv6 as `ip_address_type` says.",
        ),
        Attribute::string("ip_address_type").optional_computed().describe(
            "`ipv4`, `dualstack` or `ipv6`, as the service and the subnets allow. The hostname \
             gets an A record, an AAAA record or both. Default: AWS decides.",
        ),
        Attribute::string("zone_id").optional().describe(
            "Route 53 hosted zone that gets the alias record for `hostname`. Left out, the \
             resource manages a private zone that is named exactly `hostname`, and so hides no \
             other name.",
        ),
        Attribute::bool("overwrite_record").optional_computed().describe(format!(
            "Whether a record that `hostname` has already in `zone_id` (A, AAAA or CNAME, of any \
             routing policy) is taken over: the plan warns with its value, and it goes in the same \
             change that makes ours, once the endpoint is ready. Nothing brings it back: when the \
             path is destroyed, the hostname has no record. Default: `{}`, and such a record is an \
             error.",
            defaults::OVERWRITE_RECORD
        )),
    ];
    let computed = [
        Attribute::string("id")
            .computed()
            .describe("Id of the interface endpoint."),
        Attribute::string("state").computed().describe(
            "State of the endpoint in AWS's words, such as `available` or `pendingAcceptance`.",
        ),
        Attribute::string("dns_name")
            .computed()
            .describe("Regional DNS name of the endpoint, which the alias points at."),
        Attribute::string("hosted_zone_id")
            .computed()
            .describe("Hosted zone of `dns_name`, which alias records of your own need."),
        Attribute::string("managed_security_group_id")
            .computed()
            .describe(
                "Id of the managed security group; null where `security_group_ids` is given.",
            ),
        Attribute::string("managed_zone_id")
            .computed()
            .describe("Id of the managed private zone; null where `zone_id` is given."),
        Attribute::set_of("network_interface_ids", Type::String)
            .computed()
            .describe("Network interfaces of the endpoint, one per subnet."),
    ];
    Attribute::single("endpoint", given.into_iter().chain(computed))
        .optional()
        .describe(
            "The consumers' side, where it is in the same account and region: an interface \
             endpoint and the DNS name. Leave it out when consumers make their own endpoint to \
             `service_name`.",
        )
}
