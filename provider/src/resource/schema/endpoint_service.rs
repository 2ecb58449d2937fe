//! `endpoint_service`.

use tfplugin::{Attribute, Type};

use crate::resource::config::defaults;

pub(super) fn attribute() -> Attribute {
    Attribute::single(
        "endpoint_service",
        [
            Attribute::bool("acceptance_required").optional_computed().describe(format!(
                "Whether connections wait until somebody accepts them. The resource accepts its \
                 own `endpoint`, and no other. Default: `{}`.",
                defaults::ACCEPTANCE_REQUIRED
            )),
            Attribute::set_of("allowed_principals", Type::String).optional_computed().describe(
                "Who may connect: ARNs of accounts (`arn:aws:iam::123456789012:root`), users, \
                 roles (without a path) or organizational units, bare ids of accounts, or `*` \
                 for everybody. Existing connections of a principal that is removed stay. \
                 Default: `[]`.",
            ),
            Attribute::set_of("supported_ip_address_types", Type::String)
                .optional_computed()
                .describe(
                    "Which endpoints may connect: `ipv4`, `ipv6` or both. `ipv6` needs a load \
                     balancer with `ip_address_type` `dualstack`. Default: `ipv4`.",
                ),
            Attribute::set_of("supported_regions", Type::String).optional_computed().describe(
                "Other regions from which endpoints may connect. The service's own region is \
                 always supported, named or not. Default: `[]`.",
            ),
        ],
    )
    .optional_computed()
    .describe("The endpoint service in front of the load balancer. Never replaced.")
}
