//! What IAM must allow: the one list that the documented policies are made of, and by which
//! messages name a permission.

/// One action, as IAM spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// `ec2:DescribeSubnets`.
    pub action: &'static str,
    pub needed: Needed,
}

/// By whom, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Called by a plan and by an apply.
    ToPlan,
    /// Called by an apply alone.
    ToApply,
    /// Never called: AWS checks it along with a call of an apply. Says with which.
    AlongWith(&'static str),
}

/// The permission that a call needs; `operation` is AWS's name of it.
pub fn of(operation: &str) -> Option<&'static str> {
    let mut all = PERMISSIONS.iter().map(|it| it.action);
    all.find(|action| {
        action
            .split_once(':')
            .is_some_and(|(_, name)| name == operation)
    })
}

impl Permission {
    /// Does an account need it that has no service side, only `kafka_privatelink_endpoint`?
    pub fn is_of_consumers(&self) -> bool {
        let of_services = [
            "elasticloadbalancing:",
            "VpcEndpointService",
            "VpcEndpointConnections",
            "DescribeInstances",
        ];
        let is_of_services = of_services.iter().any(|it| self.action.contains(it));
        let is_along_with_balancers =
            matches!(self.needed, Needed::AlongWith(call) if call.contains("CreateLoadBalancer"));
        // The one action of services that is asked of by those who connect to them.
        self.action == "ec2:DescribeVpcEndpointServices"
            || !is_of_services && !is_along_with_balancers
    }

    /// Does the data source `kafka_privatelink` call it?
    pub fn is_of_data(&self) -> bool {
        let of_plans_alone = [
            "ec2:DescribeInstances",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeVpcEndpointServices",
            "route53:ListHostedZonesByName",
        ];
        self.needed == Needed::ToPlan && !of_plans_alone.contains(&self.action)
    }
}

const fn plan(action: &'static str) -> Permission {
    Permission {
        action,
        needed: Needed::ToPlan,
    }
}

const fn apply(action: &'static str) -> Permission {
    Permission {
        action,
        needed: Needed::ToApply,
    }
}

const fn along(action: &'static str, with: &'static str) -> Permission {
    Permission {
        action,
        needed: Needed::AlongWith(with),
    }
}

/// In alphabetical order. `sts:GetCallerIdentity` is allowed to everybody, always.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html>
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html>
pub const PERMISSIONS: &[Permission] = &[
    apply("ec2:AcceptVpcEndpointConnections"),
    apply("ec2:AuthorizeSecurityGroupEgress"),
    apply("ec2:AuthorizeSecurityGroupIngress"),
    apply("ec2:CreateSecurityGroup"),
    apply("ec2:CreateTags"),
    apply("ec2:CreateVpcEndpoint"),
    apply("ec2:CreateVpcEndpointServiceConfiguration"),
    apply("ec2:DeleteSecurityGroup"),
    apply("ec2:DeleteTags"),
    apply("ec2:DeleteVpcEndpointServiceConfigurations"),
    apply("ec2:DeleteVpcEndpoints"),
    along("ec2:DescribeAccountAttributes", "CreateLoadBalancer"),
    along("ec2:DescribeAddresses", "CreateLoadBalancer"),
    plan("ec2:DescribeInstances"),
    along("ec2:DescribeInternetGateways", "CreateLoadBalancer"),
    plan("ec2:DescribeNetworkInterfaces"),
    plan("ec2:DescribeSecurityGroupRules"),
    plan("ec2:DescribeSecurityGroups"),
    plan("ec2:DescribeSubnets"),
    plan("ec2:DescribeVpcAttribute"),
    plan("ec2:DescribeVpcEndpointConnections"),
    plan("ec2:DescribeVpcEndpointServiceConfigurations"),
    plan("ec2:DescribeVpcEndpointServicePermissions"),
    plan("ec2:DescribeVpcEndpointServices"),
    plan("ec2:DescribeVpcEndpoints"),
    plan("ec2:DescribeVpcs"),
    along(
        "ec2:GetSecurityGroupsForVpc",
        "CreateLoadBalancer and SetSecurityGroups",
    ),
    apply("ec2:ModifyVpcEndpoint"),
    apply("ec2:ModifyVpcEndpointServiceConfiguration"),
    apply("ec2:ModifyVpcEndpointServicePermissions"),
    apply("ec2:RejectVpcEndpointConnections"),
    apply("ec2:RevokeSecurityGroupEgress"),
    apply("ec2:RevokeSecurityGroupIngress"),
    apply("elasticloadbalancing:AddTags"),
    apply("elasticloadbalancing:CreateListener"),
    apply("elasticloadbalancing:CreateLoadBalancer"),
    apply("elasticloadbalancing:CreateTargetGroup"),
    apply("elasticloadbalancing:DeleteListener"),
    apply("elasticloadbalancing:DeleteLoadBalancer"),
    apply("elasticloadbalancing:DeleteTargetGroup"),
    apply("elasticloadbalancing:DeregisterTargets"),
    plan("elasticloadbalancing:DescribeListenerAttributes"),
    plan("elasticloadbalancing:DescribeListeners"),
    plan("elasticloadbalancing:DescribeLoadBalancerAttributes"),
    plan("elasticloadbalancing:DescribeLoadBalancers"),
    plan("elasticloadbalancing:DescribeTags"),
    plan("elasticloadbalancing:DescribeTargetGroupAttributes"),
    plan("elasticloadbalancing:DescribeTargetGroups"),
    plan("elasticloadbalancing:DescribeTargetHealth"),
    apply("elasticloadbalancing:ModifyListener"),
    apply("elasticloadbalancing:ModifyListenerAttributes"),
    apply("elasticloadbalancing:ModifyLoadBalancerAttributes"),
    apply("elasticloadbalancing:ModifyTargetGroup"),
    apply("elasticloadbalancing:ModifyTargetGroupAttributes"),
    apply("elasticloadbalancing:RegisterTargets"),
    apply("elasticloadbalancing:RemoveTags"),
    apply("elasticloadbalancing:SetIpAddressType"),
    apply("elasticloadbalancing:SetSecurityGroups"),
    apply("elasticloadbalancing:SetSubnets"),
    along(
        "iam:CreateServiceLinkedRole",
        "the first load balancer and the first endpoint of an account",
    ),
    along("route53:AssociateVPCWithHostedZone", "CreateHostedZone"),
    apply("route53:ChangeResourceRecordSets"),
    apply("route53:ChangeTagsForResource"),
    apply("route53:CreateHostedZone"),
    apply("route53:DeleteHostedZone"),
    apply("route53:GetChange"),
    plan("route53:GetHostedZone"),
    plan("route53:ListHostedZonesByName"),
    plan("route53:ListHostedZonesByVPC"),
    plan("route53:ListResourceRecordSets"),
    plan("route53:ListTagsForResource"),
    along(
        "vpce:AllowMultiRegion",
        "supported_regions of an endpoint service, and service_region of an endpoint",
    ),
];

#[cfg(test)]
mod tests;
