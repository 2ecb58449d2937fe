//! Which argument an error is about, where AWS's code says it better than the step.

use tfplugin::Path;

use engine::model::{Side, Slot};
use engine::reconcile::{Step, Write};

/// The argument to look at.
pub(super) fn by_code(step: &Step, code: &str) -> Option<Path> {
    let at = |object: &str, member: &str| Some(Path::of(object).attribute(member));
    match (step.key.slot, code) {
        (Slot::Listener(_), "CertificateNotFound" | "UnsupportedCertificate") => {
            at("listener", "certificate_arn")
        }
        (Slot::Listener(_), "SSLPolicyNotFound") => at("listener", "ssl_policy"),
        (
            Slot::LoadBalancer,
            "InvalidSubnet"
            | "SubnetNotFound"
            | "InvalidSubnetID.NotFound"
            | "DuplicateSubnetsInSameZone",
        ) => at("load_balancer", "subnet_ids"),
        (Slot::LoadBalancer, "InvalidSecurityGroup" | "InvalidGroup.NotFound") => {
            at("load_balancer", "security_group_ids")
        }
        (
            Slot::Endpoint,
            "InvalidSubnetId.NotFound" | "InvalidSubnetID.NotFound" | "DuplicateSubnetsInSameZone",
        ) => at("endpoint", "subnet_ids"),
        (
            Slot::Endpoint | Slot::SecurityGroup(Side::Consumer),
            "InvalidVpcId.NotFound" | "InvalidVpcID.NotFound",
        ) => at("endpoint", "vpc_id"),
        (Slot::Endpoint, "InvalidSecurityGroupId.NotFound" | "InvalidGroup.NotFound") => {
            at("endpoint", "security_group_ids")
        }
        (Slot::Service, "InvalidPrincipal") => at("endpoint_service", "allowed_principals"),
        (_, "NoSuchHostedZone") => at("endpoint", "zone_id"),
        _ if code == "TagLimitExceeded" && matches!(step.write, Write::Create(_)) => {
            Some(Path::of("tags"))
        }
        _ => None,
    }
}
