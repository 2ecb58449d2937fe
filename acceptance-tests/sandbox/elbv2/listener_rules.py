"""Which protocols, target groups and certificates a listener accepts."""

from typing import Any

from moto.elbv2.ssl_policies import SSL_POLICIES

from sandbox.elbv2 import target_group
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.elbv2.certificate import check_certificate
from sandbox.elbv2.listener import Listener
from sandbox.errors import AwsError

# ELB API Reference, CreateListener, Protocol: those of network load balancers.
PROTOCOLS = ("TCP", "TLS", "UDP", "TCP_UDP")
# ELB User Guide, "Target groups for your Network Load Balancers", routing table.
_TARGET_PROTOCOLS = {
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}
# ELB API Reference, CreateListener, AlpnPolicy.
_ALPN = ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")
DEFAULT_SSL_POLICY = "ELBSecurityPolicy-2016-08"


def forward_of(actions: list[dict[str, Any]]) -> dict[str, int]:
    """Target group ARN -> weight of the only action that a network load balancer has."""
    if len(actions) != 1 or actions[0].get("Type") != "forward":
        # ELB API Reference, CreateListener: InvalidLoadBalancerAction.
        raise AwsError(
            "InvalidLoadBalancerAction",
            "A network load balancer takes one action of type 'forward'",
        )
    config = (actions[0].get("ForwardConfig") or {}).get("TargetGroups") or []
    single = actions[0].get("TargetGroupArn")
    if not config and not single:
        raise AwsError("ValidationError", "A target group ARN must be specified")
    forward = {item["TargetGroupArn"]: item.get("Weight", 1) for item in config} or {single: 1}
    if single and single not in forward:
        raise AwsError("ValidationError", "The action names two different target groups")
    if len(forward) > 5:
        raise AwsError("TooManyUniqueTargetGroupsPerLoadBalancer", "At most 5 target groups")
    return forward


def check(owner: LoadBalancer, candidate: Listener) -> None:
    """Every rule on a listener as it would become."""
    if candidate.protocol not in PROTOCOLS:
        raise AwsError(
            "ValidationError",
            f"Listener protocol '{candidate.protocol}' must be one of 'TLS, UDP, TCP_UDP, TCP'",
        )
    for arn in candidate.forward:
        _check_group(owner, candidate, arn)
    _check_tls(candidate)


def _check_group(owner: LoadBalancer, candidate: Listener, arn: str) -> None:
    group = owner.region.all(target_group.TargetGroup).get(arn)
    if group is None or not group.visible:
        raise AwsError("TargetGroupNotFound", f"Target groups '{arn}' not found")
    if group.protocol not in _TARGET_PROTOCOLS[candidate.protocol]:
        # ELB API Reference, CreateListener: IncompatibleProtocols.
        raise AwsError(
            "IncompatibleProtocols",
            f"The listener and its associated target group '{arn}' have incompatible protocols: "
            f"'{candidate.protocol}' and '{group.protocol}'",
        )
    if group.vpc_id != owner.vpc_id:
        raise AwsError(
            "InvalidConfigurationRequest",
            f"The following target groups are not in the VPC of the load balancer: {arn}",
        )
    if group.ip_address_type == "ipv6" and owner.ip_address_type == "ipv4":
        # ELB User Guide, "Target groups": IPv6 groups need a dualstack load balancer.
        raise AwsError(
            "InvalidConfigurationRequest",
            f"The IPv6 target group '{arn}' needs a dualstack load balancer",
        )
    if any(other != owner.arn for other in group.load_balancer_arns):
        # ELB API Reference, CreateListener: TargetGroupAssociationLimit.
        raise AwsError(
            "TargetGroupAssociationLimit",
            "The following target groups cannot be associated with more than one load balancer: "
            f"{arn}",
        )


def _check_tls(candidate: Listener) -> None:
    if candidate.protocol != "TLS":
        if candidate.certificates or candidate.ssl_policy:
            raise AwsError(
                "InvalidConfigurationRequest",
                f"Certificates and SSL policies cannot be specified for {candidate.protocol} "
                "listeners",
            )
        if candidate.alpn_policy:
            # ELB API Reference, CreateListener: ALPNPolicyNotSupported.
            raise AwsError("ALPNPolicyNotSupported", "ALPN policies need a TLS listener")
        return
    if len(candidate.certificates) != 1:
        # ELB API Reference, CreateListener, Certificates: "You must provide exactly one
        # certificate if the listener protocol is HTTPS or TLS."
        raise AwsError(
            "ValidationError" if not candidate.certificates else "TooManyCertificates",
            "Exactly one certificate must be specified for TLS listeners",
        )
    for arn in candidate.certificates:
        check_certificate(candidate.region, arn)
    if candidate.ssl_policy not in SSL_POLICIES:
        # ELB API Reference, CreateListener: SSLPolicyNotFound.
        raise AwsError("SSLPolicyNotFound", f"SSL policy '{candidate.ssl_policy}' not found")
    if len(candidate.alpn_policy) > 1 or any(item not in _ALPN for item in candidate.alpn_policy):
        raise AwsError(
            "ALPNPolicyNotSupported", f"ALPN policy {candidate.alpn_policy} is not valid"
        )
