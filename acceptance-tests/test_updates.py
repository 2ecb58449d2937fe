"""Changes happen in place: the same objects, and only the AWS writes that the change needs."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import (
    ADDRESS,
    HOSTNAME,
    PRINCIPAL,
    configuration,
    orders,
    service_side,
)
from harness.network import Network, make_vpc
from harness.path import OWNERSHIP, inventory, open_ports, read_path, tag_map, tags
from harness.terraform import Workspace
from sandbox.tests.certificate import self_signed

ANOTHER_PRINCIPAL = "arn:aws:iam::333333333333:role/consumer"


@dataclass
class Applied:
    """A path that stands, and what it takes to change it."""

    account: Account
    control: Control
    network: Network
    terraform: Workspace
    arguments: dict[str, Any]
    before: dict[str, Any]

    def change(self, **changes: Any) -> "Changed":
        """Plans, applies and checks what holds for every change."""
        self.arguments = orders(self.network, **changes)
        self.terraform.write(configuration(self.arguments))
        plan = self.terraform.plan()
        assert plan.actions(ADDRESS) == ["update"]
        self.control.forget_calls()
        self.terraform.apply("plan.bin")
        writes = Counter(self.control.writes())
        path = read_path(self.account)
        for kind, key in (
            ("load_balancer", "LoadBalancerArn"),
            ("service", "ServiceId"),
            ("endpoint", "VpcEndpointId"),
        ):
            assert path[kind][key] == self.before[kind][key], f"another {kind}"
        self.terraform.plan_is_empty()
        assert self.terraform.attributes()["drift"] == {}
        return Changed(path, writes, plan.outcome.text)


@dataclass
class Changed:
    path: dict[str, Any]
    writes: Counter[str]
    said: str


@pytest.fixture
def applied(account: Account, control: Control, network: Network, terraform: Workspace) -> Applied:
    arguments = orders(network)
    terraform.write(configuration(arguments)).apply()
    return Applied(account, control, network, terraform, arguments, read_path(account))


def all_brokers(path: dict[str, Any]) -> dict[int, set[tuple[str, int]]]:
    return {port: item["targets"] for port, item in path["listeners"].items()}


def test_a_broker_joins(applied: Applied) -> None:
    changed = applied.change(brokers={"4": {"target": "10.0.1.14"}})
    assert all_brokers(changed.path) == all_brokers(applied.before) | {
        6004: {("10.0.1.14", 9092)},
        9091: all_brokers(applied.before)[9091] | {("10.0.1.14", 9092)},
    }
    assert changed.writes["CreateTargetGroup"] == changed.writes["CreateListener"] == 1
    # Into its own group, then into the bootstrap group.
    assert changed.writes["RegisterTargets"] == 2
    assert not {"DeregisterTargets", "DeleteListener", "DeleteTargetGroup"} & set(changed.writes)
    [endpoint_group] = [item["GroupId"] for item in changed.path["endpoint"]["Groups"]]
    assert {port for port, _ in open_ports(changed.path["groups"][endpoint_group])} == {
        9091,
        6001,
        6002,
        6003,
        6004,
    }
    assert applied.terraform.attributes()["advertised_listeners"]["4"] == f"{HOSTNAME}:6004"


def test_a_broker_leaves(applied: Applied) -> None:
    arguments = orders(applied.network)
    del arguments["brokers"]["2"]
    applied.terraform.write(configuration(arguments))
    applied.control.forget_calls()
    applied.terraform.apply()
    path = read_path(applied.account)
    gone = all_brokers(applied.before)[6002]
    assert all_brokers(path) == {
        9091: all_brokers(applied.before)[9091] - gone,
        6001: all_brokers(applied.before)[6001],
        6003: all_brokers(applied.before)[6003],
    }
    order = [item["action"] for item in applied.control.calls() if item["write"]]
    # The broker is no longer handed out before its own port closes.
    assert order.index("DeregisterTargets") < order.index("DeleteListener")
    assert order.index("DeleteListener") < order.index("DeleteTargetGroup")
    # The middle broker is gone; the others keep listeners and groups.
    for port in (6001, 6003):
        assert (
            path["listeners"][port]["ListenerArn"]
            == (applied.before["listeners"][port]["ListenerArn"])
        )
        assert (
            path["listeners"][port]["group"]["TargetGroupArn"]
            == (applied.before["listeners"][port]["group"]["TargetGroupArn"])
        )
    kinds = Counter(kind for kind, _ in inventory(applied.account))
    assert (kinds["listener"], kinds["target group"]) == (3, 3)
    applied.terraform.plan_is_empty()


def test_a_broker_moves_to_another_machine(applied: Applied) -> None:
    changed = applied.change(brokers={"2": {"target": "10.0.2.99"}})
    assert all_brokers(changed.path)[6002] == {("10.0.2.99", 9092)}
    assert ("10.0.2.99", 9092) in all_brokers(changed.path)[9091]
    assert ("10.0.2.12", 9092) not in all_brokers(changed.path)[9091]
    # The listener moves to a new group in one call: its port never leads to two machines.
    assert changed.writes["ModifyListener"] == 1
    assert changed.writes["CreateTargetGroup"] == changed.writes["DeleteTargetGroup"] == 1
    assert not {"CreateListener", "DeleteListener"} & set(changed.writes)


def test_two_brokers_swap_machines(applied: Applied) -> None:
    one, two = (applied.arguments["brokers"][key]["target"] for key in ("1", "2"))
    changed = applied.change(brokers={"1": {"target": two}, "2": {"target": one}})
    assert all_brokers(changed.path)[6001] == {(two, 9092)}
    assert all_brokers(changed.path)[6002] == {(one, 9092)}
    assert all_brokers(changed.path)[9091] == all_brokers(applied.before)[9091]
    assert not {"CreateListener", "DeleteListener"} & set(changed.writes)


def test_two_brokers_swap_ports(applied: Applied) -> None:
    changed = applied.change(brokers={"1": {"port": 6002}, "2": {"port": 6001}})
    assert all_brokers(changed.path)[6001] == all_brokers(applied.before)[6002]
    assert all_brokers(changed.path)[6002] == all_brokers(applied.before)[6001]
    # One exchange each, and nothing made or deleted; what names the role may be retagged.
    assert changed.writes["ModifyListener"] == 2
    assert not {"CreateListener", "DeleteListener", "CreateTargetGroup", "DeleteTargetGroup"} & (
        set(changed.writes)
    )


def test_a_brokers_port_moves_in_two_applies(applied: Applied) -> None:
    during = applied.change(brokers={"3": {"additional_ports": [7003]}})
    assert all_brokers(during.path)[7003] == all_brokers(during.path)[6003]
    assert during.writes["CreateListener"] == 1 and "CreateTargetGroup" not in during.writes
    after = applied.change(brokers={"3": {"port": 7003}})
    assert set(after.path["listeners"]) == {9091, 6001, 6002, 7003}
    assert after.writes["DeleteListener"] == 1 and "CreateListener" not in after.writes


def test_tags(applied: Applied) -> None:
    changed = applied.change(tags={"team": "kafka", "stage": "test"})
    arns = [item["ListenerArn"] for item in changed.path["listeners"].values()]
    arns.append(changed.path["load_balancer"]["LoadBalancerArn"])
    for arn, carried in tags(applied.account, *arns).items():
        assert {"team": "kafka", "stage": "test"}.items() <= carried.items(), arn
        assert set(OWNERSHIP) <= set(carried)
    assert tag_map(changed.path["service"]["Tags"])["team"] == "kafka"
    assert set(changed.writes) == {"AddTags", "CreateTags", "ChangeTagsForResource"}
    changed = applied.change(tags={"team": "streams"})
    carried = tag_map(changed.path["endpoint"]["Tags"])
    assert carried["team"] == "streams" and "stage" not in carried
    assert set(changed.writes) <= {
        "AddTags",
        "RemoveTags",
        "CreateTags",
        "DeleteTags",
        "ChangeTagsForResource",
    }
    assert applied.terraform.attributes()["tags_all"] == {"team": "streams"}


def test_principals(applied: Applied) -> None:
    changed = applied.change(endpoint_service={"allowed_principals": [ANOTHER_PRINCIPAL]})
    assert changed.path["principals"] == {ANOTHER_PRINCIPAL}
    assert set(changed.writes) == {"ModifyVpcEndpointServicePermissions"}
    changed = applied.change(
        endpoint_service={"allowed_principals": [PRINCIPAL, ANOTHER_PRINCIPAL]}
    )
    assert changed.path["principals"] == {PRINCIPAL, ANOTHER_PRINCIPAL}


def test_a_principal_in_another_spelling_is_no_change(applied: Applied) -> None:
    arguments = orders(
        applied.network,
        hostname=f"{HOSTNAME.upper()}.",
        endpoint_service={"allowed_principals": ["210987654321"]},
    )
    applied.terraform.write(configuration(arguments))
    applied.control.forget_calls()
    applied.terraform.apply()
    assert applied.control.writes() == []
    assert applied.terraform.attributes()["endpoint_service"]["allowed_principals"] == [
        "210987654321"
    ]
    applied.terraform.plan_is_empty()


def test_acceptance(applied: Applied) -> None:
    changed = applied.change(endpoint_service={"acceptance_required": False})
    assert changed.path["service"]["AcceptanceRequired"] is False
    assert changed.writes == {"ModifyVpcEndpointServiceConfiguration": 1}


def test_health_check(applied: Applied) -> None:
    changed = applied.change(
        target_group={"health_check": {"interval_seconds": 10, "unhealthy_threshold": 2}}
    )
    for listener in changed.path["listeners"].values():
        assert listener["group"]["HealthCheckIntervalSeconds"] == 10
        assert listener["group"]["UnhealthyThresholdCount"] == 2
        assert listener["group"]["HealthyThresholdCount"] == 3
    assert changed.writes == {"ModifyTargetGroup": 4}


def test_group_attributes(applied: Applied) -> None:
    changed = applied.change(
        target_group={"deregistration_delay_seconds": 60, "connection_termination": False}
    )
    for listener in changed.path["listeners"].values():
        attributes = listener["group_attributes"]
        assert attributes["deregistration_delay.timeout_seconds"] == "60"
        assert attributes["deregistration_delay.connection_termination.enabled"] == "false"
    assert changed.writes == {"ModifyTargetGroupAttributes": 4}


def test_listener_idle_timeout(applied: Applied) -> None:
    changed = applied.change(listener={"tcp_idle_timeout_seconds": 120})
    found = {
        item["attributes"]["tcp.idle_timeout.seconds"]
        for item in changed.path["listeners"].values()
    }
    assert found == {"120"}
    assert changed.writes == {"ModifyListenerAttributes": 4}


def test_listeners_become_tls(applied: Applied) -> None:
    key, certificate = self_signed(HOSTNAME)
    acm = applied.account.client("acm")
    arn = acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    changed = applied.change(listener={"protocol": "TLS", "certificate_arn": arn})
    for listener in changed.path["listeners"].values():
        assert listener["Protocol"] == "TLS"
        assert [item["CertificateArn"] for item in listener["Certificates"]] == [arn]
        assert listener["group"]["Protocol"] == "TCP"
    assert changed.writes["ModifyListener"] == 4
    assert not {"CreateListener", "DeleteListener", "CreateTargetGroup"} & set(changed.writes)
    assert "a client's certificate" in changed.said


def test_security_groups_of_the_load_balancer(applied: Applied) -> None:
    """From the managed group to a given one: enforcement goes on with it, as on AWS."""
    made = applied.account.ec2.create_security_group(
        GroupName="given", Description="given", VpcId=applied.network.kafka.id
    )["GroupId"]
    [managed] = applied.before["load_balancer"]["SecurityGroups"]
    changed = applied.change(load_balancer={"security_group_ids": [made]})
    enforcement = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    assert changed.path["load_balancer"]["SecurityGroups"] == [made]
    assert changed.path["load_balancer"][enforcement] == "on"
    assert managed not in changed.path["groups"]


def test_deletion_protection(applied: Applied) -> None:
    changed = applied.change(load_balancer={"deletion_protection_enabled": True})
    attributes = changed.path["load_balancer_attributes"]
    assert attributes["deletion_protection.enabled"] == "true"
    assert changed.writes == {"ModifyLoadBalancerAttributes": 1}
    refused = applied.terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert "deletion_protection_enabled" in refused.text
    applied.change(load_balancer={"deletion_protection_enabled": False})


def test_name_retags_and_renames_nothing(applied: Applied) -> None:
    changed = applied.change(name="orders-eu")
    carried = tag_map(changed.path["service"]["Tags"])
    assert carried["kafka-privatelink:name"] == "orders-eu"
    balancer = changed.path["load_balancer"]
    assert balancer["LoadBalancerName"] == applied.before["load_balancer"]["LoadBalancerName"]
    assert set(changed.writes) <= {"AddTags", "CreateTags", "ChangeTagsForResource"}


def test_hostname_moves_the_alias(applied: Applied) -> None:
    changed = applied.change(hostname="events.test.com")
    records = [
        (zone["Name"], record["Name"])
        for zone in changed.path["zones"].values()
        for record in zone["Records"]
    ]
    assert records == [("events.test.com.", "events.test.com.")]
    assert applied.terraform.attributes()["bootstrap_servers"] == "events.test.com:9091"
    order = [
        item["action"]
        for item in applied.control.calls()
        if item["action"] in ("CreateHostedZone", "DeleteHostedZone")
    ]
    assert order == ["CreateHostedZone", "DeleteHostedZone"]


def test_target_port_makes_new_groups(applied: Applied) -> None:
    changed = applied.change(target_group={"port": 9094})
    assert {port for targets in all_brokers(changed.path).values() for _, port in targets} == {9094}
    assert not {"CreateListener", "DeleteListener"} & set(changed.writes)


def test_a_consumer_subnet_joins(applied: Applied) -> None:
    subnets = applied.network.client.subnets
    changed = applied.change(endpoint={"subnet_ids": subnets})
    assert set(changed.path["endpoint"]["SubnetIds"]) == set(subnets)
    assert changed.writes == {"ModifyVpcEndpoint": 1}


def test_the_consumer_side_comes_and_goes(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, endpoint=None))).apply()
    service_side = inventory(account)
    service = terraform.attributes()["id"]
    terraform.write(configuration(orders(network))).apply()
    assert read_path(account)["endpoint"]["State"] == "available"
    terraform.plan_is_empty()
    terraform.write(configuration(orders(network, endpoint=None))).apply()
    assert inventory(account) == service_side
    assert terraform.attributes()["id"] == service
    terraform.plan_is_empty()


def test_the_consumer_vpc_changes(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """A new endpoint, zone and alias inside the same resource; the old ones go."""
    terraform.write(configuration(orders(network))).apply()
    made = terraform.attributes()
    other = make_vpc(account, 20)
    arguments = orders(network, endpoint={"vpc_id": other.id, "subnet_ids": other.subnets[:2]})
    terraform.write(configuration(arguments))
    control.forget_calls()
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply("plan.bin")
    path = read_path(account)
    assert path["endpoint"]["VpcId"] == other.id
    assert path["endpoint"]["VpcEndpointId"] != made["endpoint"]["id"]
    assert path["service"]["ServiceId"] == made["id"]
    assert [zone["Vpcs"] for zone in path["zones"].values()] == [{other.id}]
    order = [item["action"] for item in control.calls("CreateVpcEndpoint", "DeleteVpcEndpoints")]
    assert order[0] == "CreateVpcEndpoint" and order[-1] == "DeleteVpcEndpoints"
    terraform.plan_is_empty()


def test_a_region_change_replaces(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, endpoint=None))).apply()
    elsewhere = make_vpc(account, 0, "eu-west-1")
    arguments = orders(
        network,
        region="eu-west-1",
        load_balancer={"subnet_ids": elsewhere.subnets},
        endpoint=None,
    )
    terraform.write(configuration(arguments))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["delete", "create"]
    assert plan.change(ADDRESS)["replace_paths"] == [["region"]]
    terraform.apply("plan.bin")
    assert inventory(account, "us-east-1") == set()
    assert read_path(account, "eu-west-1")["service"]["ServiceState"] == "Available"
    terraform.plan_is_empty()


def test_every_subnet_is_exchanged_inside_its_zone(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """AWS takes a zone's subnet in two calls, and leaves no load balancer without any."""
    zones = account.ec2.describe_subnets(SubnetIds=network.kafka.subnets[:2])["Subnets"]
    blocks = [network.kafka.cidr.rsplit(".", 2)[0] + f".{200 + number}.0/24" for number in (0, 1)]
    others = [
        account.ec2.create_subnet(
            VpcId=network.kafka.id,
            CidrBlock=block,
            AvailabilityZone=zone["AvailabilityZone"],
        )["Subnet"]["SubnetId"]
        for block, zone in zip(blocks, zones, strict=True)
    ]
    first = network.kafka.subnets[:2]
    terraform.write(
        configuration(service_side(network, count=2, load_balancer={"subnet_ids": first}))
    ).apply()
    made = terraform.attributes()["id"]
    control.forget_calls()
    terraform.write(
        configuration(service_side(network, count=2, load_balancer={"subnet_ids": others}))
    ).apply()
    assert control.writes().count("SetSubnets") == 4
    assert not [call for call in control.calls("SetSubnets") if call["error"]]
    held = read_path(account)["load_balancer"]["AvailabilityZones"]
    assert {zone["SubnetId"] for zone in held} == set(others)
    assert terraform.attributes()["id"] == made
    terraform.plan_is_empty()


def test_a_subnet_joins_and_the_service_learns_the_zone(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    first = network.kafka.subnets[:2]
    two = {"1": {"target": "10.0.1.11"}, "2": {"target": "10.0.2.12"}}
    arguments = orders(network, load_balancer={"subnet_ids": first}) | {"brokers": two}
    terraform.write(configuration(arguments)).apply()
    before = read_path(account)
    terraform.write(configuration(orders(network)))
    control.forget_calls()
    terraform.apply()
    path = read_path(account)
    balancer = path["load_balancer"]
    assert balancer["LoadBalancerArn"] == before["load_balancer"]["LoadBalancerArn"]
    assert len(balancer["AvailabilityZones"]) == 3
    assert len(path["service"]["AvailabilityZones"]) == 3
    assert "SetSubnets" in control.writes()
    terraform.plan_is_empty()
