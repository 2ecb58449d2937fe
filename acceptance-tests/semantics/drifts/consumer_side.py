"""Damage to the endpoint, its groups and its name."""

from typing import Any

from harness.aws import eventually
from harness.path import living_endpoints
from semantics.drift import Drift, Path, Round
from semantics.ground import Ground


def endpoint(path: Path) -> str:
    return path["endpoint"]["VpcEndpointId"]


def delete_endpoint(ground: Ground, path: Path) -> None:
    ground.account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint(path)])
    eventually(lambda: not living_endpoints(ground.account), "the endpoint is gone")


def reject_endpoint(ground: Ground, path: Path) -> None:
    ground.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=path["service"]["ServiceId"], VpcEndpointIds=[endpoint(path)]
    )


def expire_endpoint(ground: Ground, path: Path) -> None:
    ground.control.fault(endpoint_state="expired", endpoint=endpoint(path))


def modify(ground: Ground, path: Path, **change: object) -> None:
    ground.account.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint(path), **change)


def add_subnet(ground: Ground, path: Path) -> None:
    modify(ground, path, AddSubnetIds=[ground.network.client.subnets[2]])


def add_group(ground: Ground, path: Path) -> None:
    modify(ground, path, AddSecurityGroupIds=[ground.clients_group])


def managed(path: Path, side: str) -> dict[str, Any]:
    [found] = [
        group
        for group in path["groups"].values()
        for tag in group.get("Tags", [])
        if tag["Value"] == f"security-group/{side}"
    ]
    return found


def close_ports(ground: Ground, path: Path) -> None:
    group = managed(path, "consumer")
    ground.account.ec2.revoke_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=group["IpPermissions"][:1]
    )


def open_ssh(ground: Ground, path: Path) -> None:
    ground.account.ec2.authorize_security_group_ingress(
        GroupId=managed(path, "service")["GroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )


def zone_of(path: Path) -> dict[str, Any]:
    [found] = [zone for zone in path["zones"].values() if zone["Records"]]
    return found


def change_record(ground: Ground, path: Path, action: str, **other: object) -> None:
    zone = zone_of(path)
    [record] = zone["Records"]
    wanted = {"Name": record["Name"], "Type": record["Type"], **other} if other else record
    ground.account.route53.change_resource_record_sets(
        HostedZoneId=zone["Id"],
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": wanted}]},
    )


def repoint(ground: Ground, path: Path) -> None:
    """To one zone of the endpoint only: clients elsewhere would cross zones, or lose the path."""
    now = zone_of(path)["Records"][0]["AliasTarget"]["DNSName"].rstrip(".")
    zonal = next(e for e in path["endpoint"]["DnsEntries"] if e["DnsName"].rstrip(".") != now)
    target = {
        "DNSName": zonal["DnsName"],
        "HostedZoneId": zonal["HostedZoneId"],
        "EvaluateTargetHealth": False,
    }
    change_record(ground, path, "UPSERT", AliasTarget=target)


def replace_record(ground: Ground, path: Path) -> None:
    """By a plain address that is no alias at all."""
    change_record(ground, path, "DELETE")
    change_record(ground, path, "CREATE", TTL=60, ResourceRecords=[{"Value": "10.9.1.200"}])


# Of an endpoint that no longer connects the alias is as useless.
ENDPOINT = ('drift["endpoint"]', 'drift["alias"]')
ROUNDS = [
    Round(
        "endpoint-deleted",
        (Drift("endpoint-deleted", delete_endpoint, ("endpoint", 'drift["alias"]')),),
    ),
    # It may well be taken back, and its alias with it.
    Round(
        "endpoint-rejected",
        (Drift("endpoint-rejected", reject_endpoint, ('drift["endpoint"]',)),),
    ),
    Round("endpoint-expired", (Drift("endpoint-expired", expire_endpoint, ENDPOINT),)),
    Round(
        "endpoint",
        (
            Drift("endpoint-subnets", add_subnet, ("endpoint.subnet_ids",)),
            Drift("endpoint-groups", add_group, ("endpoint.security_group_ids",)),
        ),
    ),
    Round(
        "rules",
        (
            Drift("rule-removed", close_ports, ('drift["security-group/consumer"]',)),
            Drift("rule-added", open_ssh, ('drift["security-group/service"]',)),
        ),
    ),
    Round(
        "alias-removed",
        (
            Drift(
                "alias-removed",
                lambda ground, path: change_record(ground, path, "DELETE"),
                ('drift["alias"]',),
            ),
        ),
    ),
    Round("alias-changed", (Drift("alias-changed", repoint, ('drift["alias"]',)),)),
    Round("alias-replaced", (Drift("alias-replaced", replace_record, ('drift["alias"]',)),)),
]
