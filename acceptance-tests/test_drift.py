"""What others change behind our back is seen by plan, told, and repaired by apply."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders
from harness.network import Network
from harness.path import (
    inventory,
    listeners_of,
    load_balancers,
    open_ports,
    read_path,
    tag_map,
)
from harness.terraform import Workspace

Path = dict[str, Any]


@dataclass
class Drift:
    label: str
    damage: Callable[[Account, Path], None]
    repaired: Callable[[Account, Path, Path], bool]
    """From the path before the damage and the path after the repair."""


def group_arn(path: Path, port: int) -> str:
    return path["listeners"][port]["group"]["TargetGroupArn"]


def delete_listener(account: Account, path: Path) -> None:
    account.elbv2.delete_listener(ListenerArn=path["listeners"][6002]["ListenerArn"])


def misdirect_listener(account: Account, path: Path) -> None:
    account.elbv2.modify_listener(
        ListenerArn=path["listeners"][6002]["ListenerArn"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn(path, 6001)}],
    )


def delete_listener_and_group(account: Account, path: Path) -> None:
    delete_listener(account, path)
    account.elbv2.delete_target_group(TargetGroupArn=group_arn(path, 6002))


def move_listener_to_another_port(account: Account, path: Path) -> None:
    account.elbv2.modify_listener(ListenerArn=path["listeners"][6002]["ListenerArn"], Port=6999)


def deregister_from_own_group(account: Account, path: Path) -> None:
    deregister(account, group_arn(path, 6002), path["listeners"][6002]["targets"])


def deregister_from_bootstrap(account: Account, path: Path) -> None:
    deregister(account, group_arn(path, 9091), path["listeners"][6002]["targets"])


def deregister(account: Account, group: str, targets: set[tuple[str, int]]) -> None:
    listed = [{"Id": target, "Port": port} for target, port in targets]
    account.elbv2.deregister_targets(TargetGroupArn=group, Targets=listed)


def register_a_stranger(account: Account, path: Path) -> None:
    account.elbv2.register_targets(
        TargetGroupArn=group_arn(path, 6002), Targets=[{"Id": "10.0.3.77", "Port": 9092}]
    )


def change_group_attribute(account: Account, path: Path) -> None:
    account.elbv2.modify_target_group_attributes(
        TargetGroupArn=group_arn(path, 6001),
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "17"}],
    )


def change_health_check(account: Account, path: Path) -> None:
    account.elbv2.modify_target_group(
        TargetGroupArn=group_arn(path, 9091), HealthCheckIntervalSeconds=60
    )


def change_idle_timeout(account: Account, path: Path) -> None:
    account.elbv2.modify_listener_attributes(
        ListenerArn=path["listeners"][9091]["ListenerArn"],
        Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "99"}],
    )


def switch_off_cross_zone(account: Account, path: Path) -> None:
    account.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=path["load_balancer"]["LoadBalancerArn"],
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}],
    )


def remove_user_tag(account: Account, path: Path) -> None:
    account.elbv2.remove_tags(
        ResourceArns=[path["listeners"][6001]["ListenerArn"]], TagKeys=["team"]
    )


def remove_owner_tag(account: Account, path: Path) -> None:
    account.ec2.delete_tags(
        Resources=[path["service"]["ServiceId"]], Tags=[{"Key": "kafka-privatelink:owner"}]
    )


def delete_alias(account: Account, path: Path) -> None:
    for zone in path["zones"].values():
        for record in zone["Records"]:
            account.route53.change_resource_record_sets(
                HostedZoneId=zone["Id"],
                ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]},
            )


def delete_zone(account: Account, path: Path) -> None:
    delete_alias(account, path)
    for zone in path["zones"]:
        account.route53.delete_hosted_zone(Id=zone)


def close_a_port(account: Account, path: Path) -> None:
    group = endpoint_group(path)
    account.ec2.revoke_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
    )


def open_a_port(account: Account, path: Path) -> None:
    account.ec2.authorize_security_group_ingress(
        GroupId=endpoint_group(path)["GroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )


def endpoint_group(path: Path) -> dict[str, Any]:
    [group] = [item["GroupId"] for item in path["endpoint"]["Groups"]]
    return path["groups"][group]


def add_principal(account: Account, path: Path) -> None:
    account.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=path["service"]["ServiceId"], AddAllowedPrincipals=["*"]
    )


def switch_off_acceptance(account: Account, path: Path) -> None:
    account.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=path["service"]["ServiceId"], AcceptanceRequired=False
    )


def delete_endpoint(account: Account, path: Path) -> None:
    endpoint = path["endpoint"]["VpcEndpointId"]
    account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    eventually(lambda: endpoint not in str(inventory(account)), "the endpoint is gone")


def reject_endpoint(account: Account, path: Path) -> None:
    account.ec2.reject_vpc_endpoint_connections(
        ServiceId=path["service"]["ServiceId"],
        VpcEndpointIds=[path["endpoint"]["VpcEndpointId"]],
    )


def same_targets(account: Account, before: Path, after: Path) -> bool:
    return {port: item["targets"] for port, item in before["listeners"].items()} == {
        port: item["targets"] for port, item in after["listeners"].items()
    }


def attribute(port: int, kind: str, key: str, value: str) -> Callable[[Account, Path, Path], bool]:
    return lambda account, before, after: after["listeners"][port][kind][key] == value


def same_rules(account: Account, before: Path, after: Path) -> bool:
    return open_ports(endpoint_group(before)) == open_ports(endpoint_group(after))


def alias_stands(account: Account, before: Path, after: Path) -> bool:
    [record] = [record for zone in after["zones"].values() for record in zone["Records"]]
    names = {entry["DnsName"] for entry in after["endpoint"]["DnsEntries"]}
    return record["AliasTarget"]["DNSName"].rstrip(".") in names


def listener_tagged(account: Account, before: Path, after: Path) -> bool:
    arn = after["listeners"][6001]["ListenerArn"]
    [found] = account.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return tag_map(found["Tags"])["team"] == "kafka"


DRIFTS = [
    Drift("listener deleted", delete_listener, same_targets),
    Drift("listener misdirected", misdirect_listener, same_targets),
    Drift("listener on another port", move_listener_to_another_port, same_targets),
    Drift("listener and group deleted", delete_listener_and_group, same_targets),
    Drift("target deregistered", deregister_from_own_group, same_targets),
    Drift("bootstrap target deregistered", deregister_from_bootstrap, same_targets),
    Drift("foreign target", register_a_stranger, same_targets),
    Drift(
        "group attribute",
        change_group_attribute,
        attribute(6001, "group_attributes", "deregistration_delay.timeout_seconds", "300"),
    ),
    Drift(
        "health check",
        change_health_check,
        lambda _, __, after: after["listeners"][9091]["group"]["HealthCheckIntervalSeconds"] == 30,
    ),
    Drift(
        "idle timeout",
        change_idle_timeout,
        attribute(9091, "attributes", "tcp.idle_timeout.seconds", "350"),
    ),
    Drift(
        "cross-zone off",
        switch_off_cross_zone,
        lambda _, __, after: (
            after["load_balancer_attributes"]["load_balancing.cross_zone.enabled"] == "true"
        ),
    ),
    Drift("user's tag removed", remove_user_tag, listener_tagged),
    Drift(
        "owner's tag removed",
        remove_owner_tag,
        lambda _, before, after: (
            before["service"]["ServiceId"] == after["service"]["ServiceId"]
            and "kafka-privatelink:owner" in tag_map(after["service"]["Tags"])
        ),
    ),
    Drift("alias deleted", delete_alias, alias_stands),
    Drift("zone deleted", delete_zone, alias_stands),
    Drift("port closed", close_a_port, same_rules),
    Drift("port opened", open_a_port, same_rules),
    Drift(
        "principal added",
        add_principal,
        lambda _, before, after: before["principals"] == after["principals"],
    ),
    Drift(
        "acceptance off",
        switch_off_acceptance,
        lambda _, __, after: after["service"]["AcceptanceRequired"] is True,
    ),
    Drift("endpoint deleted", delete_endpoint, alias_stands),
    Drift(
        "endpoint rejected",
        reject_endpoint,
        lambda _, __, after: after["endpoint"]["State"] == "available",
    ),
]


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.label.replace(" ", "-"))
def test_is_seen_and_repaired(
    account: Account, control: Control, network: Network, terraform: Workspace, drift: Drift
) -> None:
    arguments = orders(network, count=2, tags={"team": "kafka"})
    terraform.write(configuration(arguments)).apply()
    before = read_path(account)
    drift.damage(account, before)
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply("plan.bin")
    after = read_path(account)
    assert drift.repaired(account, before, after)
    assert after["service"]["ServiceId"] == before["service"]["ServiceId"]
    assert terraform.attributes()["drift"] == {}
    terraform.plan_is_empty()


def test_a_deleted_service_needs_a_replacement(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """An id never changes under a living resource."""
    terraform.write(configuration(orders(network, count=1))).apply()
    path = read_path(account)
    delete_endpoint(account, path)
    service = path["service"]["ServiceId"]

    def delete_service() -> bool:
        # Refused while the deleted endpoint still counts as a connection.
        account.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service])
        return service not in str(inventory(account))

    eventually(delete_service, "the service is gone")
    assert terraform.plan().actions(ADDRESS) == ["delete", "create"]
    terraform.apply("plan.bin")
    assert terraform.attributes()["id"] == read_path(account)["service"]["ServiceId"] != service
    terraform.plan_is_empty()


def test_what_is_not_ours_stays(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Tags of others on our objects, and objects of others beside ours, survive an apply."""
    terraform.write(configuration(orders(network, count=1))).apply()
    path = read_path(account)
    balancer = path["load_balancer"]["LoadBalancerArn"]
    account.elbv2.add_tags(ResourceArns=[balancer], Tags=[{"Key": "cost", "Value": "42"}])
    [zone] = path["zones"]
    account.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "CREATE",
                    "ResourceRecordSet": {
                        "Name": "schema.kafka.test.com.",
                        "Type": "A",
                        "TTL": 60,
                        "ResourceRecords": [{"Value": "10.0.0.5"}],
                    },
                }
            ]
        },
    )
    terraform.plan_is_empty()
    terraform.write(configuration(orders(network, count=2))).apply()
    found = account.elbv2.describe_tags(ResourceArns=[balancer])["TagDescriptions"][0]
    assert tag_map(found["Tags"])["cost"] == "42"
    names = {record["Name"] for record in read_path(account)["zones"][zone]["Records"]}
    assert "schema.kafka.test.com." in names


def test_a_foreign_listener_keeps_the_load_balancer(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, count=1, endpoint=None))).apply()
    path = read_path(account)
    group = account.elbv2.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=network.kafka.id, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    account.elbv2.create_listener(
        LoadBalancerArn=path["load_balancer"]["LoadBalancerArn"],
        Protocol="TCP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    refused = terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert "8080" in refused.text
    [foreign] = [item for item in read_listeners(account) if item["Port"] == 8080]
    account.elbv2.delete_listener(ListenerArn=foreign["ListenerArn"])
    terraform.destroy()
    assert inventory(account) == {("target group", group)}


def read_listeners(account: Account) -> list[dict[str, Any]]:
    [balancer] = load_balancers(account)
    return listeners_of(account, balancer["LoadBalancerArn"])
