//! `endpoint_service`.

use tfplugin::{Attribute, Type};

use crate::config::defaults;

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
                 roles (without a path) or organizational units, bare ids of accounts, AWS \
                 services (`NAME.amazonaws.com`), or `*` for everybody. AWS takes no sessions of \
                 roles, no whole organizations and no patterns. AWS leaves the existing connections of a principal that is \
                 removed; see `reject_removed_principals`. Default: `[]`.",
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
            Attribute::bool("reject_removed_principals").optional_computed().describe(format!(
                "Whether removing a principal also rejects the connections that it alone let in: \
                 those of accounts that no remaining principal covers. AWS tells the account of a \
                 connection only, so that any user or role of an account covers all of it, and \
                 `*` or an organizational unit, whose accounts are not known here, covers every \
                 account. The service's own account is never rejected. Default: `{}`.",
                defaults::REJECT_REMOVED_PRINCIPALS
            )),
            Attribute::string("on_destroy").optional_computed().describe(format!(
                "What a destroy does about endpoints of others that are connected, with which AWS \
                 deletes no service. `refuse`: already the plan of the destroy fails and lists \
                 them. `reject_connections`: they are rejected, and the service is deleted as soon \
                 as AWS no longer counts them. A destroy goes by what was last applied: change it \
                 and apply, then destroy. Default: `{}`.",
                defaults::ON_DESTROY.as_str()
            )),
        ],
    )
    .optional_computed()
    .describe("The endpoint service in front of the load balancer. Never replaced.")
}
