//! Which argument an error is about, where AWS's code says it better than the step.

use tfplugin::Path;

use crate::{config::Config, consumer_side};
use engine::model::Slot;
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
        (Slot::Service, "InvalidPrincipal") => at("endpoint_service", "allowed_principals"),
        _ if code == "TagLimitExceeded" && matches!(step.write, Write::Create(_)) => {
            Some(Path::of("tags"))
        }
        (slot, code) => consumer_side::argument::by_code::<Config>(slot, code),
    }
}
