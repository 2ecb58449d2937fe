"""Changes of the load balancer and the endpoint service."""

from typing import Any

from semantics.change import Change
from semantics.ground import Ground, ipv6, one_zone

SERVICE = "ModifyVpcEndpointServiceConfiguration endpoint-service"
PERMISSIONS = "ModifyVpcEndpointServicePermissions endpoint-service"
ANOTHER = "arn:aws:iam::333333333333:role/consumer"


def given(ground: Ground, enforced: str) -> dict[str, Any]:
    name = "enforce_security_group_inbound_rules_on_private_link_traffic"
    return {"load_balancer": {"security_group_ids": [ground.brokers_group], name: enforced}}


CHANGES = [
    Change(
        "subnet-joins",
        lambda ground: {"load_balancer": {"subnet_ids": ground.network.kafka.subnets[:2]}},
        (f"SetSubnets load-balancer > {SERVICE}",),
        back="subnet-leaves",
        back_calls=("SetSubnets load-balancer",),
        # The service goes on to name the zone: it learns new ones only.
        returns=False,
        plot=one_zone,
        shows=lambda path: len(path["service"]["AvailabilityZones"]) == 2,
    ),
    Change(
        "given-groups",
        lambda ground: {"load_balancer": {"security_group_ids": [ground.brokers_group]}},
        ("SetSecurityGroups load-balancer > DeleteSecurityGroup security-group/service",),
        back="managed-group",
        back_calls=(
            "CreateSecurityGroup security-group/service > SetSecurityGroups load-balancer",
        ),
    ),
    Change(
        "enforcement",
        lambda ground: given(ground, "off"),
        ("SetSecurityGroups load-balancer",),
        base=lambda ground: given(ground, "on"),
    ),
    Change(
        "load-balancer-dual-stack",
        lambda ground: {"load_balancer": {"ip_address_type": "dualstack"}},
        ("SetIpAddressType load-balancer",),
        plot=ipv6,
        shows=lambda path: path["load_balancer"]["IpAddressType"] == "dualstack",
    ),
    Change(
        "cross-zone",
        lambda ground: {"load_balancer": {"cross_zone_enabled": False}},
        ("ModifyLoadBalancerAttributes load-balancer",),
        plot=one_zone,
    ),
    Change(
        "deletion-protection",
        lambda ground: {"load_balancer": {"deletion_protection_enabled": True}},
        ("ModifyLoadBalancerAttributes load-balancer",),
    ),
    Change(
        "acceptance",
        lambda ground: {"endpoint_service": {"acceptance_required": False}},
        (SERVICE,),
        shows=lambda path: path["service"]["AcceptanceRequired"] is False,
    ),
    Change(
        "principal-joins",
        lambda ground: {
            "endpoint_service": {
                "allowed_principals": ["arn:aws:iam::210987654321:root", ANOTHER]
            }
        },
        (PERMISSIONS,),
        back="principal-leaves",
        back_calls=(PERMISSIONS,),
        shows=lambda path: ANOTHER in path["principals"],
    ),
    # AWS holds none of them: the next destroy, removal and connection follow them.
    Change(
        "on-destroy",
        lambda ground: {"endpoint_service": {"on_destroy": "reject_connections"}},
        (),
    ),
    Change(
        "reject-removed-principals",
        lambda ground: {"endpoint_service": {"reject_removed_principals": False}},
        (),
    ),
    Change(
        "auto-accept-principals",
        lambda ground: {"endpoint_service": {"auto_accept_principals": ["210987654321"]}},
        (),
    ),
    Change(
        "service-ipv6",
        lambda ground: {"endpoint_service": {"supported_ip_address_types": ["ipv4", "ipv6"]}},
        (SERVICE,),
        plot=ipv6,
        base=lambda ground: {
            "load_balancer": {"ip_address_type": "dualstack"},
            "endpoint_service": {"supported_ip_address_types": ["ipv4"]},
        },
    ),
    Change(
        "regions",
        lambda ground: {"endpoint_service": {"supported_regions": ["eu-west-1"]}},
        (SERVICE,),
    ),
]
