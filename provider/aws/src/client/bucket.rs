//! Which of AWS's token buckets a call draws from.
//!
//! Load balancing has one for all reads, one for registrations and one for everything else, of an
//! account in a region. EC2 has one for each action of an account in a region. Route 53 has one for
//! the account, wherever it is called from.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html>
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests>

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bucket {
    ElbReads,
    ElbRegistrations,
    ElbModifications,
    /// One an action.
    Ec2(String),
    Route53,
    Sts,
}

/// What a bucket holds, and gets back every second, before others draw from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Capacity {
    pub(super) size: f64,
    pub(super) refill: f64,
}

impl Bucket {
    pub(super) fn of(operation: &str) -> Bucket {
        let any = |words: &[&str]| words.iter().any(|word| operation.contains(word));
        let load_balancing = [
            "LoadBalancer",
            "TargetGroup",
            "TargetHealth",
            "RegisterTargets",
            "DeregisterTargets",
            "Listener",
        ];
        let more = [
            "DescribeTags",
            "AddTags",
            "RemoveTags",
            "SetSecurityGroups",
            "SetSubnets",
            "SetIpAddressType",
            "DescribeSSLPolicies",
            "DescribeAccountLimits",
        ];
        if any(&load_balancing) || more.contains(&operation) {
            match operation {
                "RegisterTargets" | "DeregisterTargets" => Bucket::ElbRegistrations,
                _ if is_read(operation) => Bucket::ElbReads,
                _ => Bucket::ElbModifications,
            }
        } else if any(&["HostedZone", "ResourceRecordSets", "TagsForResource"])
            || operation == "GetChange"
        {
            Bucket::Route53
        } else if any(&["CallerIdentity", "AssumeRole"]) {
            Bucket::Sts
        } else {
            Bucket::Ec2(operation.to_owned())
        }
    }

    /// The same bucket, whatever region is called.
    pub(super) fn is_global(&self) -> bool {
        matches!(self, Bucket::Route53)
    }

    /// What AWS documents, or else what others measured: a first guess once AWS has refused.
    /// Load balancing's writes: aws-load-balancer-controller, pkg/aws/throttle/defaults.go.
    pub(super) fn capacity(&self) -> Capacity {
        let (size, refill) = match self {
            Bucket::ElbReads => (40.0, 10.0),
            Bucket::ElbRegistrations => (20.0, 4.0),
            Bucket::ElbModifications => (20.0, 3.0),
            Bucket::Ec2(action) if is_read(action) => (100.0, 20.0),
            Bucket::Ec2(_) => (10.0, 1.0),
            Bucket::Route53 => (5.0, 5.0),
            Bucket::Sts => (50.0, 20.0),
        };
        Capacity { size, refill }
    }
}

/// Whether a call changes nothing.
pub(super) fn is_read(operation: &str) -> bool {
    ["Describe", "Get", "List"]
        .iter()
        .any(|word| operation.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_draw_from_the_bucket_that_aws_counts_them_in() {
        for (operation, bucket) in [
            ("DescribeLoadBalancers", Bucket::ElbReads),
            ("DescribeTags", Bucket::ElbReads),
            ("DescribeTargetHealth", Bucket::ElbReads),
            ("RegisterTargets", Bucket::ElbRegistrations),
            ("DeregisterTargets", Bucket::ElbRegistrations),
            ("CreateListener", Bucket::ElbModifications),
            ("SetSubnets", Bucket::ElbModifications),
            ("RemoveTags", Bucket::ElbModifications),
            ("ListHostedZonesByVPC", Bucket::Route53),
            ("ChangeResourceRecordSets", Bucket::Route53),
            ("ListTagsForResource", Bucket::Route53),
            ("GetChange", Bucket::Route53),
            ("GetCallerIdentity", Bucket::Sts),
            ("CreateTags", Bucket::Ec2("CreateTags".to_owned())),
            ("DescribeVpcs", Bucket::Ec2("DescribeVpcs".to_owned())),
        ] {
            assert_eq!(Bucket::of(operation), bucket, "{operation}");
        }
    }

    /// The names in the adapters, so that a new one does not slip into the wrong bucket.
    #[test]
    fn every_operation_of_load_balancing_is_known_as_one() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut seen = 0;
        for file in [
            "load_balancer.rs",
            "listener.rs",
            "elb_tags.rs",
            "target_group.rs",
            "target_group/write.rs",
            "target_group/targets.rs",
        ] {
            let text = std::fs::read_to_string(source.join(file)).unwrap();
            for word in text.split('"').skip(1).step_by(2) {
                let is_operation = ["Describe", "Create", "Modify", "Delete", "Set", "Add"]
                    .iter()
                    .any(|verb| word.starts_with(verb))
                    && word.chars().all(|c| c.is_ascii_alphanumeric());
                if is_operation {
                    seen += 1;
                    let bucket = Bucket::of(word);
                    assert!(!matches!(bucket, Bucket::Ec2(_)), "{file}: {word}");
                }
            }
        }
        assert!(seen > 10, "{seen}");
    }
}
