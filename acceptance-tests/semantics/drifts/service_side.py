"""Damage to the load balancer, the endpoint service, and tags."""

from semantics.drift import Drift, Path, Round
from semantics.ground import Ground, accepting, one_zone, pinned, two_zones

CROSS_ZONE = "load_balancing.cross_zone.enabled"
PROTECTION = "deletion_protection.enabled"


def balancer(path: Path) -> str:
    return path["load_balancer"]["LoadBalancerArn"]


def set_attribute(ground: Ground, path: Path, key: str, value: str) -> None:
    ground.account.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=balancer(path), Attributes=[{"Key": key, "Value": value}]
    )


def add_subnet(ground: Ground, path: Path) -> None:
    ground.account.elbv2.set_subnets(
        LoadBalancerArn=balancer(path), Subnets=ground.network.kafka.subnets[:2]
    )


def change_groups(ground: Ground, path: Path) -> None:
    """The call takes both, and sets what it is not told to what AWS takes for granted."""
    ground.account.elbv2.set_security_groups(
        LoadBalancerArn=balancer(path),
        SecurityGroups=[ground.brokers_group],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="on",
    )


def lose_a_zone(ground: Ground, path: Path) -> None:
    """The load balancer leaves a zone, the service learns that, the load balancer comes back."""
    first, both = ground.network.kafka.subnets[:1], ground.network.kafka.subnets[:2]
    ground.account.elbv2.set_subnets(LoadBalancerArn=balancer(path), Subnets=first)
    modify_service(ground, path)
    ground.account.elbv2.set_subnets(LoadBalancerArn=balancer(path), Subnets=both)


def modify_service(ground: Ground, path: Path, **change: object) -> None:
    ground.account.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=path["service"]["ServiceId"], **change
    )


def allow_ipv6(ground: Ground, path: Path) -> None:
    ground.account.elbv2.set_ip_address_type(
        LoadBalancerArn=balancer(path), IpAddressType="dualstack"
    )
    modify_service(ground, path, AddSupportedIpAddressTypes=["ipv6"])


def ask_to_connect(ground: Ground, path: Path) -> None:
    ground.consumer.ask(path["service"]["ServiceName"])


def add_principal(ground: Ground, path: Path) -> None:
    ground.account.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=path["service"]["ServiceId"], AddAllowedPrincipals=["*"]
    )


def remove_user_tag(ground: Ground, path: Path) -> None:
    ground.account.elbv2.remove_tags(
        ResourceArns=[path["listeners"][6001]["ListenerArn"]], TagKeys=["team"]
    )


def remove_owner_tag(ground: Ground, path: Path) -> None:
    ground.account.ec2.delete_tags(
        Resources=[path["service"]["ServiceId"]], Tags=[{"Key": "kafka-privatelink:owner"}]
    )


ROUNDS = [
    Round(
        "load-balancer",
        (
            Drift(
                "deletion-protection",
                lambda ground, path: set_attribute(ground, path, PROTECTION, "true"),
                ("load_balancer.deletion_protection_enabled",),
            ),
            Drift(
                "cross-zone",
                lambda ground, path: set_attribute(ground, path, CROSS_ZONE, "false"),
                ("load_balancer.cross_zone_enabled",),
            ),
            Drift(
                "subnet",
                add_subnet,
                ("load_balancer.subnet_ids",),
            ),
            Drift(
                "groups-and-enforcement",
                change_groups,
                (
                    "load_balancer.security_group_ids",
                    "load_balancer.enforce_security_group_inbound_rules_on_private_link_traffic",
                ),
            ),
        ),
        plot=one_zone,
    ),
    Round(
        "zone-not-served",
        (Drift("zone-not-served", lose_a_zone, ('drift["endpoint-service"]',)),),
        plot=two_zones,
    ),
    Round(
        "asks-to-connect",
        (
            Drift(
                "asks-to-connect",
                ask_to_connect,
                ('drift["endpoint-service"]',),
            ),
        ),
        plot=accepting,
    ),
    Round(
        "service",
        (
            Drift(
                "acceptance",
                lambda ground, path: modify_service(ground, path, AcceptanceRequired=False),
                ("endpoint_service.acceptance_required",),
            ),
            Drift("principal", add_principal, ("endpoint_service.allowed_principals",)),
            Drift(
                "regions",
                lambda ground, path: modify_service(
                    ground, path, AddSupportedRegions=["eu-west-1"]
                ),
                ("endpoint_service.supported_regions",),
            ),
            Drift(
                "address-types",
                allow_ipv6,
                (
                    "load_balancer.ip_address_type",
                    "endpoint_service.supported_ip_address_types",
                ),
            ),
        ),
        plot=pinned,
    ),
    Round(
        "tags",
        (
            Drift(
                "user-tag",
                remove_user_tag,
                ('tags["team"]', 'tags_all["team"]', 'drift["listener/6001"]'),
            ),
            Drift("owner-tag", remove_owner_tag, ('drift["endpoint-service"]',)),
        ),
    ),
]
