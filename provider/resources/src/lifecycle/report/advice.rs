//! What to do about an error of AWS, by its code.

use engine::model::permission;
use engine::reconcile::{CloudError, ErrorKind};

/// Sentences; empty where AWS's words say all there is to say.
pub(super) fn advice(error: &CloudError) -> Vec<String> {
    if let Some(quota) = quota(&error.code) {
        return vec![quota];
    }
    match error.kind {
        ErrorKind::Credentials => vec![
            "The session ended, or the credentials were changed, in the middle of the run: no \
             permission is missing. Renew the credentials and apply again, which goes on from here."
                .to_owned(),
        ],
        ErrorKind::Denied => denied(error),
        ErrorKind::Throttled | ErrorKind::Unavailable => {
            vec!["AWS was not able to answer; applying again goes on from here.".to_owned()]
        }
        _ => said(&error.code).map(str::to_owned).into_iter().collect(),
    }
}

/// The same where nothing was to be written.
pub(super) fn of_reading(error: &CloudError) -> Vec<String> {
    match error.kind {
        ErrorKind::Credentials => {
            vec!["Renew the credentials, and run again: no permission is missing.".to_owned()]
        }
        ErrorKind::Denied => denied(error),
        ErrorKind::Unavailable if error.code.is_empty() => vec![
            "Check the network and the proxy (http_proxy, https_proxy and no_proxy, as arguments \
             or variables), and the provider's `endpoints` where they are set."
                .to_owned(),
        ],
        _ => Vec::new(),
    }
}

/// Names as the console of Service Quotas has them.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html>
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>
const QUOTAS: [(&str, &str, &str); 16] = [
    (
        "TooManyLoadBalancers",
        "Network Load Balancers per Region",
        ELB,
    ),
    ("TooManyTargetGroups", "Target Groups per Region", ELB),
    (
        "TooManyListeners",
        "Listeners per Network Load Balancer",
        ELB,
    ),
    (
        "TooManyTargets",
        "Targets per Network Load Balancer, or Targets per Target Group per Region",
        ELB,
    ),
    (
        "TooManyRegistrationsForTargetId",
        "Number of times a target can be registered per load balancer",
        ELB,
    ),
    (
        "TooManyCertificates",
        "Certificates per Network Load Balancer",
        ELB,
    ),
    (
        "TooManyUniqueTargetGroupsPerLoadBalancer",
        "Target Groups per Network Load Balancer",
        ELB,
    ),
    (
        "VpcEndpointLimitExceeded",
        "Interface VPC endpoints per VPC",
        VPC,
    ),
    (
        "SecurityGroupLimitExceeded",
        "VPC security groups per Region",
        VPC,
    ),
    (
        "RulesPerSecurityGroupLimitExceeded",
        "Inbound or outbound rules per security group",
        VPC,
    ),
    (
        "SecurityGroupsPerInterfaceLimitExceeded",
        "Security groups per network interface",
        VPC,
    ),
    (
        "NetworkInterfaceLimitExceeded",
        "Network interfaces per Region",
        VPC,
    ),
    ("TooManyHostedZones", "Hosted zones", "Amazon Route 53"),
    (
        "TooManyVPCAssociationAuthorizations",
        "VPC associations",
        "Amazon Route 53",
    ),
    (
        "LimitsExceeded",
        "the one that AWS names",
        "Amazon Route 53",
    ),
    ("TagLimitExceeded", "", ""),
];
const ELB: &str = "Elastic Load Balancing";
const VPC: &str = "Amazon Virtual Private Cloud";

fn quota(code: &str) -> Option<String> {
    if code == "TagLimitExceeded" || code == "TooManyTags" {
        return Some("AWS allows 50 tags on an object, a fixed limit: remove some.".to_owned());
    }
    if let Some((_, name, service)) = QUOTAS.iter().find(|(it, _, _)| *it == code) {
        return Some(format!(
            "A quota of the account in this region is used up: {name:?} of {service}. Have it \
             raised in the console of Service Quotas, or delete what nobody needs, then apply \
             again, which goes on from here."
        ));
    }
    let is_limit = code.starts_with("TooMany") && code != "TooManyRequestsException"
        || code.ends_with("LimitExceeded") && code != "RequestLimitExceeded"
        || code.ends_with("LimitExceededException");
    is_limit.then(|| {
        "A quota of the account is used up. The console of Service Quotas says which and lets it \
         be raised; then apply again, which goes on from here."
            .to_owned()
    })
}

fn denied(error: &CloudError) -> Vec<String> {
    if error.code == "OptInRequired" {
        return vec![
            "The account has not signed up for the service, or the region is not enabled in it: \
             sign up, or enable the region in the account's settings."
                .to_owned(),
        ];
    }
    let mut told = Vec::new();
    let message = error.message.as_str();
    let who = if message.contains("service control policy") {
        "A service control policy of the organization refuses it, which only the organization's \
         administrators can change"
    } else if message.contains("permissions boundary") {
        "A permissions boundary of the credentials' identity refuses it"
    } else if message.contains("explicit deny") {
        "A policy denies it explicitly; allowing it elsewhere does not help"
    } else {
        ""
    };
    told.extend((!who.is_empty()).then(|| format!("{who}.")));
    told.push(match permission::of(&error.operation) {
        Some(action) => format!(
            "The credentials need the permission {action}. All that the provider needs is in its \
             documentation, \"IAM policies\" (docs/guides/iam-policies.md)."
        ),
        None => "The credentials need the permission for this call. All that the provider needs \
                 is in its documentation, \"IAM policies\" (docs/guides/iam-policies.md)."
            .to_owned(),
    });
    if message.contains("ncoded authorization failure") {
        told.push(
            "Which policy refused it, AWS tells by `aws sts decode-authorization-message \
             --encoded-message ...`."
                .to_owned(),
        );
    }
    told
}

/// Other codes that people meet.
fn said(code: &str) -> Option<&'static str> {
    Some(match code {
        "CertificateNotFound" | "UnsupportedCertificate" => {
            "The certificate must exist in ACM or IAM of this account, be issued, and be of the \
             same region."
        }
        "SSLPolicyNotFound" => {
            "`aws elbv2 describe-ssl-policies --load-balancer-type network` lists those that exist."
        }
        "InvalidPrincipal" => {
            "AWS takes principals that exist: the account, role or user may be misspelt or deleted."
        }
        "OperationNotPermitted" | "PendingVerification" => {
            "AWS has not enabled this for the account yet: new accounts ask AWS Support."
        }
        "DuplicateSubnetsInSameZone" => "AWS takes one subnet of each zone: name one of them.",
        "InsufficientFreeAddressesInSubnet" | "InvalidSubnet" => {
            "A load balancer needs 8 free addresses in each subnet, an endpoint one."
        }
        "ConflictingDomainExists" => {
            "The VPC has another private zone for this name: give that zone as endpoint.zone_id."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: ErrorKind, operation: &str, code: &str, message: &str) -> String {
        let error = CloudError {
            operation: operation.to_owned(),
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
            request_id: None,
        };
        advice(&error).join(" ")
    }

    /// Code, AWS's words, and what people must be told.
    #[test]
    fn codes_have_their_advice() {
        use ErrorKind::{Credentials, Denied, Invalid, Throttled};
        let encoded = "You are not authorized. Encoded authorization failure message: abc";
        for (kind, operation, code, message, parts) in [
            (
                Invalid,
                "CreateTargetGroup",
                "TooManyTargetGroups",
                "",
                ["Service Quotas", "Target Groups per Region"],
            ),
            (
                Invalid,
                "CreateVpcEndpoint",
                "VpcEndpointLimitExceeded",
                "",
                ["Service Quotas", "Interface VPC endpoints per VPC"],
            ),
            (
                Invalid,
                "CreateX",
                "TooManyThings",
                "",
                ["Service Quotas", "goes on from here"],
            ),
            (
                Invalid,
                "CreateX",
                "ThingLimitExceeded",
                "",
                ["Service Quotas", "goes on from here"],
            ),
            (
                Credentials,
                "CreateListener",
                "ExpiredToken",
                "",
                ["Renew", "no permission is missing"],
            ),
            (
                Credentials,
                "CreateVpcEndpoint",
                "RequestExpired",
                "",
                ["Renew", "goes on from here"],
            ),
            (
                Denied,
                "CreateVpcEndpoint",
                "UnauthorizedOperation",
                encoded,
                [
                    "permission ec2:CreateVpcEndpoint.",
                    "decode-authorization-message",
                ],
            ),
            (
                Denied,
                "CreateListener",
                "AccessDenied",
                "with an explicit deny in a service control policy",
                [
                    "elasticloadbalancing:CreateListener",
                    "organization's administrators",
                ],
            ),
            (
                Invalid,
                "CreateListener",
                "CertificateNotFound",
                "",
                ["ACM", "same region"],
            ),
            (
                Throttled,
                "CreateListener",
                "Throttling",
                "",
                ["not able to answer", "goes on from here"],
            ),
        ] {
            let text = told(kind, operation, code, message);
            for part in parts {
                assert!(text.contains(part), "{code}: {part:?} is not in: {text}");
            }
        }
        assert!(!told(Throttled, "X", "RequestLimitExceeded", "").contains("Quotas"));
        assert_eq!(told(Invalid, "X", "ValidationError", ""), "");
        assert!(!told(Credentials, "X", "ExpiredToken", "").contains("IAM policies"));
    }
}
