//! What IAM may refuse to these credentials: reading it is not needed to read the rest.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use crate::finding::list;
use engine::model::{Observed, permission};

const HEALTH: &str = "DescribeTargetHealth";
const RECORDS: &[&[&str]] = &[
    &["endpoint", "dns"],
    &["endpoint", "zone_id"],
    &["endpoint", "managed_zone_id"],
];
const SECURITY_GROUPS: &[&[&str]] = &[
    &["load_balancer", "security_group_ids"],
    &["load_balancer_security_group_id"],
    &["endpoint", "security_group_ids"],
    &["endpoint", "managed_security_group_id"],
    &["endpoint", "allowed_cidr_blocks"],
    &["endpoint", "allowed_prefix_list_ids"],
    &["endpoint", "allowed_security_group_ids"],
];

/// Calls by AWS's names of them, and the attributes that are null where IAM refuses them; `*` is
/// every key of a map.
pub const PARTS: &[(&str, &[&[&str]])] = &[
    (
        "DescribeListenerAttributes",
        &[&["listener", "tcp_idle_timeout_seconds"]],
    ),
    (
        "DescribeLoadBalancerAttributes",
        &[
            &["load_balancer", "cross_zone_enabled"],
            &["load_balancer", "deletion_protection_enabled"],
        ],
    ),
    ("DescribeNetworkInterfaces", RECORDS),
    ("DescribeSecurityGroupRules", SECURITY_GROUPS),
    ("DescribeSecurityGroups", SECURITY_GROUPS),
    (
        "DescribeTargetGroupAttributes",
        &[
            &["target_group", "connection_termination"],
            &["target_group", "deregistration_delay_seconds"],
            &["target_group", "preserve_client_ip"],
            &["target_group", "proxy_protocol_v2"],
        ],
    ),
    (
        HEALTH,
        &[
            &["brokers", "*", "target"],
            &["brokers", "*", "availability_zone"],
            &["brokers", "*", "health"],
        ],
    ),
    ("DescribeVpcEndpointConnections", &[&["connections"]]),
    (
        "DescribeVpcEndpointServicePermissions",
        &[&["endpoint_service", "allowed_principals"]],
    ),
    ("DescribeVpcEndpoints", &[&["endpoint"]]),
    ("DescribeVpcs", &[&["brokers", "*", "availability_zone"]]),
    ("GetHostedZone", RECORDS),
    ("ListHostedZonesByVPC", RECORDS),
    ("ListResourceRecordSets", RECORDS),
    ("ListTagsForResource", RECORDS),
];

/// Of a path without our tags only its targets tell the brokers.
const GUESSED: &[&[&str]] = &[&["brokers"], &["advertised_listeners"]];

pub fn dispensable() -> BTreeSet<&'static str> {
    PARTS.iter().map(|(call, _)| *call).collect()
}

/// What cannot be shown without these calls. `is_tagged`: the path carries our tags.
pub fn parts(refused: &BTreeSet<String>, is_tagged: bool) -> BTreeSet<&'static [&'static str]> {
    let guessed = match refused.contains(HEALTH) && !is_tagged {
        true => GUESSED,
        false => &[],
    };
    let missing = PARTS.iter().filter(|(call, _)| refused.contains(*call));
    let missing = missing.flat_map(|(_, paths)| *paths);
    missing.chain(guessed).copied().collect()
}

pub fn warning(observed: &Observed) -> Option<Diagnostic> {
    let refused = &observed.refused;
    if refused.is_empty() {
        return None;
    }
    let actions = refused.iter();
    let actions = actions.map(|call| permission::of(call).unwrap_or(call));
    let null = parts(refused, observed.is_tagged()).into_iter().map(in_hcl);
    Some(Diagnostic::warning(
        "Not everything was read: permissions are missing",
        format!(
            "These credentials may not call {}. Null for that reason: {}. Allow the actions to the \
             identity that reads if these attributes are needed.",
            list(actions),
            list(null)
        ),
    ))
}

fn in_hcl(path: &'static [&'static str]) -> String {
    path.join(".").replace(".*", "[*]")
}
