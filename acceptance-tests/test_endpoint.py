"""`kafka_privatelink_endpoint`: the consumers' side alone, mostly in another account than the
service."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import hcl, policies
from harness.aws import Account, Control, eventually
from harness.configuration import HEADER, HOSTNAME, configuration, orders, service_side
from harness.hcl import Expression
from harness.installation import Installation
from harness.network import Network, make_vpc, sandbox_network
from harness.path import (
    inventory,
    living_endpoints,
    open_ports,
    security_groups,
    services,
    tag_map,
    zones,
)
from harness.surroundings import another_subnet, open_group_in, private_zone
from harness.terraform import Outcome, Workspace

ADDRESS = "kafka_privatelink_endpoint.orders"
PORTS = [6001, 6002, 6003]
WAITS = "The endpoint waits to be accepted"


class Consumer:
    """Another account with a VPC, and a workspace of its own."""

    def __init__(self, url: str | None, folder: Path, installation: Installation):
        self.account = Account(url)
        self.control = Control(self.account)
        self.vpc = make_vpc(self.account, 20)
        self.terraform = Workspace(folder, installation, self.account.environment())
        self.own = inventory(self.account)

    def arguments(self, service: str, **changes: Any) -> dict[str, Any]:
        return {
            "name": "orders",
            "service_name": service,
            "hostname": HOSTNAME,
            "broker_ports": PORTS,
            "vpc_id": self.vpc.id,
            "subnet_ids": self.vpc.subnets[:2],
            **changes,
        }

    def write(self, service: str, *more: str, extra: str = "", **changes: Any) -> Workspace:
        body = self.arguments(service, **changes)
        return self.terraform.write(HEADER, endpoint(body, extra), *more)

    def attributes(self) -> dict[str, Any]:
        return self.terraform.attributes(ADDRESS)

    def endpoint(self) -> dict[str, Any]:
        [found] = living_endpoints(self.account)
        return found

    def records(self) -> list[dict[str, Any]]:
        return [record for zone in zones(self.account) for record in zone["Records"]]

    def has_nothing_left(self) -> None:
        assert inventory(self.account) == self.own


def endpoint(body: dict[str, Any], extra: str = "") -> str:
    return hcl.block("resource", "kafka_privatelink_endpoint", "orders", body=body, extra=extra)


@pytest.fixture
def consumer(
    sandbox_url: str | None, tmp_path: Path, installation: Installation
) -> Iterator[Consumer]:
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it has accounts to spare")
    made = Consumer(sandbox_url, tmp_path / "consumer", installation)
    yield made
    called = {policies.action(call) for call in made.control.calls()}
    missing = called - policies.ENDPOINT - policies.FREE
    assert not missing, f"not in the documented policy of consumers: {sorted(missing)}"


@pytest.fixture
def owner(
    account: Account, network: Network, terraform: Workspace, consumer: Consumer
) -> Callable[..., str]:
    """Makes the service's side for the consumer, and hands out the service's name."""

    def make(**changes: Any) -> str:
        principals = [f"arn:aws:iam::{consumer.account.id}:root"]
        service = {"allowed_principals": principals, **changes}
        terraform.write(configuration(service_side(network, count=3, endpoint_service=service)))
        terraform.apply()
        return terraform.attributes()["service_name"]

    return make


def accept(account: Account, consumer: Consumer) -> None:
    answer(account, consumer, "accept_vpc_endpoint_connections")
    eventually(lambda: consumer.endpoint()["State"] == "available", "the endpoint is available")


def answer(account: Account, consumer: Consumer, operation: str) -> None:
    [service] = services(account)
    identifier = consumer.endpoint()["VpcEndpointId"]
    getattr(account.ec2, operation)(
        ServiceId=service["ServiceId"], VpcEndpointIds=[identifier]
    )


def summaries(outcome: Outcome) -> list[str]:
    return [item.summary for item in outcome.diagnostics]


def test_without_acceptance_one_apply_makes_it_all(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    terraform = consumer.write(service, tags={"team": "data"})
    made = terraform.apply()
    assert made.diagnostics == [], made.report()

    attributes = consumer.attributes()
    seen = consumer.endpoint()
    assert attributes["id"] == seen["VpcEndpointId"] and attributes["state"] == "available"
    assert (seen["ServiceName"], seen["VpcId"]) == (service, consumer.vpc.id)
    assert set(seen["SubnetIds"]) == set(consumer.vpc.subnets[:2])
    assert seen["PrivateDnsEnabled"] is False
    assert set(attributes["network_interface_ids"]) == set(seen["NetworkInterfaceIds"])
    [group] = security_groups(consumer.account)
    assert attributes["managed_security_group_id"] == group["GroupId"]
    assert open_ports(group) == {(port, consumer.vpc.cidr) for port in [9091, *PORTS]}
    [zone] = zones(consumer.account)
    assert zone["Name"] == f"{HOSTNAME}." and zone["Private"]
    assert zone["Vpcs"] == {consumer.vpc.id} and attributes["managed_zone_id"] == zone["Id"]
    [record] = zone["Records"]
    target = record["AliasTarget"]
    assert target["DNSName"].rstrip(".") == attributes["dns_name"]
    assert target["HostedZoneId"] == attributes["hosted_zone_id"]
    assert attributes["bootstrap_servers"] == f"{HOSTNAME}:9091"
    assert attributes["tags_all"] == {"team": "data"} and attributes["drift"] == {}
    for tags in (seen["Tags"], group["Tags"]):
        carried = tag_map(tags)
        assert carried["kafka-privatelink:owner"] == attributes["owner_id"]
        assert carried["kafka-privatelink:hostname"] == HOSTNAME
        assert carried["team"] == "data"
    terraform.plan_is_empty()
    terraform.destroy()
    consumer.has_nothing_left()


def test_an_endpoint_that_waits_is_a_success_and_is_told_of(
    account: Account, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner()
    terraform = consumer.write(service)
    planned = terraform.plan_has_changes()
    assert summaries(planned) == ["The service's owner has to accept the endpoint"]

    made = terraform.apply()
    assert WAITS in summaries(made), made.report()
    [told] = [item for item in made.warnings if item.summary == WAITS]
    identifier = consumer.attributes()["id"]
    for part in ("aws ec2 accept-vpc-endpoint-connections", identifier, service, "apply again"):
        assert part in told.detail, told.detail
    assert consumer.attributes()["state"] == "pendingAcceptance"
    assert consumer.attributes()["drift"] == {}
    assert consumer.records() == []

    again = terraform.try_plan().expect(0)
    assert summaries(again) == [WAITS], "nothing to do, and every plan says why"

    accept(account, consumer)
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    assert plan.outcome.diagnostics == [], plan.outcome.report()
    consumer.control.forget_calls()
    done = terraform.apply()
    assert done.diagnostics == [], done.report()
    assert consumer.control.writes() == ["ChangeResourceRecordSets"]
    assert consumer.attributes()["state"] == "available"
    assert len(consumer.records()) == 1
    terraform.plan_is_empty()
    terraform.destroy()
    consumer.has_nothing_left()


def test_an_apply_can_wait_for_the_acceptance(
    account: Account, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner()
    terraform = consumer.write(service, wait_for_acceptance=True)
    running = terraform.start_apply()
    eventually(lambda: bool(living_endpoints(consumer.account)), "the endpoint is there", 60)
    accept(account, consumer)
    terraform.finish(running).expect(0)
    assert consumer.attributes()["state"] == "available"
    assert len(consumer.records()) == 1
    terraform.plan_is_empty()


def test_a_wait_ends_with_the_time_and_the_next_apply_goes_on(
    account: Account, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner()
    terraform = consumer.write(
        service, wait_for_acceptance=True, timeouts={"create": "5s", "update": "60s"}
    )
    failed = terraform.apply_fails()
    assert len(failed.errors) == 1, failed.report()
    [told] = failed.errors
    assert told.summary == "Cannot accept the endpoint", failed.report()
    for part in ("aws ec2 accept-vpc-endpoint-connections", "`timeouts` allows more time"):
        assert part in told.detail, told.detail
    # A create that failed is replaced otherwise.
    terraform.run("untaint", ADDRESS).expect(0)
    identifier = consumer.attributes()["id"]
    timer = threading.Timer(2, lambda: answer(account, consumer, "accept_vpc_endpoint_connections"))
    timer.start()
    terraform.apply()
    timer.join()
    assert consumer.attributes()["id"] == identifier
    assert consumer.attributes()["state"] == "available"
    terraform.plan_is_empty()


def test_a_rejection_is_told_and_never_answered_with_another_request(
    account: Account, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner()
    terraform = consumer.write(service)
    terraform.apply()
    answer(account, consumer, "reject_vpc_endpoint_connections")
    told = terraform.try_plan()
    assert "The endpoint was rejected" in summaries(told), told.report()
    consumer.control.forget_calls()
    terraform.apply()
    assert consumer.control.writes() == []
    assert consumer.attributes()["state"] == "rejected"
    consumer.write(service, wait_for_acceptance=True)
    refused = terraform.plan_fails()
    assert "rejected" in refused.errors[0].detail, refused.report()
    consumer.write(service)
    answer(account, consumer, "accept_vpc_endpoint_connections")
    eventually(lambda: consumer.endpoint()["State"] == "available", "the endpoint is available")
    terraform.apply()
    assert len(consumer.records()) == 1
    terraform.plan_is_empty()


def test_before_the_acceptance_the_endpoint_itself_is_not_changed(
    account: Account, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner()
    terraform = consumer.write(service)
    terraform.apply()
    consumer.write(service, subnet_ids=consumer.vpc.subnets)
    refused = terraform.plan_fails()
    assert "aws ec2 accept-vpc-endpoint-connections" in refused.errors[0].detail, refused.report()
    # What is around it may change.
    consumer.write(service, broker_ports=[6001])
    terraform.apply()
    consumer.write(service, broker_ports=[6001], subnet_ids=consumer.vpc.subnets)
    accept(account, consumer)
    terraform.apply()
    assert set(consumer.endpoint()["SubnetIds"]) == set(consumer.vpc.subnets)
    assert len(consumer.records()) == 1
    terraform.plan_is_empty()


def test_an_expired_endpoint_is_made_again(owner: Callable[..., str], consumer: Consumer) -> None:
    service = owner(acceptance_required=False)
    terraform = consumer.write(service)
    terraform.apply()
    before = consumer.attributes()
    consumer.control.fault(endpoint_state="expired", endpoint=before["id"])
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply()
    consumer.control.no_faults()
    after = consumer.attributes()
    assert after["id"] != before["id"] and after["state"] == "available"
    assert consumer.records()[0]["AliasTarget"]["DNSName"].startswith(after["id"])
    assert consumer.endpoint()["VpcEndpointId"] == after["id"], "the old one is deleted"
    terraform.plan_is_empty()


def test_what_the_console_changes_is_put_right(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    terraform = consumer.write(service)
    terraform.apply()
    before = consumer.attributes()
    ec2, route53 = consumer.account.ec2, consumer.account.route53
    [group] = security_groups(consumer.account)
    [zone] = zones(consumer.account)

    def close_a_port() -> None:
        ec2.revoke_security_group_ingress(
            GroupId=group["GroupId"], IpPermissions=group["IpPermissions"][:1]
        )

    def take_the_record() -> None:
        change = {"Action": "DELETE", "ResourceRecordSet": zone["Records"][0]}
        route53.change_resource_record_sets(
            HostedZoneId=zone["Id"], ChangeBatch={"Changes": [change]}
        )

    def take_a_subnet() -> None:
        ec2.modify_vpc_endpoint(
            VpcEndpointId=before["id"], RemoveSubnetIds=[consumer.vpc.subnets[1]]
        )

    def retag() -> None:
        ec2.delete_tags(Resources=[before["id"]], Tags=[{"Key": "kafka-privatelink:owner"}])

    for damage in (close_a_port, take_the_record, take_a_subnet, retag):
        damage()
        assert terraform.plan().actions(ADDRESS) == ["update"], damage.__name__
        terraform.apply()
        # A subnet that comes back has another interface.
        after = consumer.attributes() | {"network_interface_ids": before["network_interface_ids"]}
        assert after == before, damage.__name__
        terraform.plan_is_empty()


def test_a_deleted_endpoint_is_made_anew_in_place(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    terraform = consumer.write(service)
    terraform.apply()
    before = consumer.attributes()
    consumer.account.ec2.delete_vpc_endpoints(VpcEndpointIds=[before["id"]])
    eventually(lambda: not living_endpoints(consumer.account), "the endpoint is gone")
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    assert plan.change(ADDRESS)["after_unknown"]["id"] is True
    terraform.apply()
    after = consumer.attributes()
    assert after["id"] != before["id"] and after["id"] == consumer.endpoint()["VpcEndpointId"]
    kept = ("owner_id", "managed_zone_id", "managed_security_group_id")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert consumer.records()[0]["AliasTarget"]["DNSName"].startswith(after["id"])
    terraform.plan_is_empty()


def test_everything_gone_is_made_anew(owner: Callable[..., str], consumer: Consumer) -> None:
    service = owner(acceptance_required=False)
    terraform = consumer.write(service)
    terraform.apply()
    twin = Workspace(
        consumer.terraform.folder.parent / "twin", terraform.installation, terraform.environment
    )
    twin.write((terraform.folder / "main.tf").read_text())
    (twin.folder / "terraform.tfstate").write_text(
        (terraform.folder / "terraform.tfstate").read_text()
    )
    twin.destroy()
    assert terraform.plan().actions(ADDRESS) == ["create"]
    terraform.apply()
    terraform.plan_is_empty()


def test_changes_in_place_and_those_that_replace(
    account: Account, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    terraform = consumer.write(service)
    terraform.apply()
    before = consumer.attributes()
    group = open_group_in(consumer.account, consumer.vpc.id)
    for change in (
        {"broker_ports": [6001, 6002]},
        {"bootstrap_port": 9092},
        {"subnet_ids": consumer.vpc.subnets},
        {"allowed_cidr_blocks": ["10.20.0.0/24"]},
        {"tags": {"team": "data"}},
        {"name": "orders-eu"},
        {"security_group_ids": [group]},
    ):
        consumer.write(service, **change)
        assert terraform.plan().actions(ADDRESS) == ["update"], change
        terraform.apply()
        terraform.plan_is_empty()
        assert consumer.attributes()["id"] == before["id"], change
    consumer.write(service)
    terraform.apply()

    # In another VPC the new endpoint is there before the old one goes.
    other = make_vpc(consumer.account, 21)
    consumer.write(service, vpc_id=other.id, subnet_ids=other.subnets[:1])
    assert terraform.plan().actions(ADDRESS) == ["update"]
    consumer.control.forget_calls()
    terraform.apply()
    writes = consumer.control.writes()
    assert writes.index("CreateVpcEndpoint") < writes.index("DeleteVpcEndpoints")
    moved = consumer.attributes()
    assert moved["id"] != before["id"] and moved["owner_id"] == before["owner_id"]
    terraform.plan_is_empty()

    network = sandbox_network(account)
    principals = [f"arn:aws:iam::{consumer.account.id}:root"]
    second = {"allowed_principals": principals, "acceptance_required": False}
    body = service_side(network, name="second", endpoint_service=second)
    owners = Workspace(
        terraform.folder.parent / "second", terraform.installation, account.environment()
    )
    owners.write(configuration(body)).apply()
    consumer.write(
        owners.attributes()["service_name"], vpc_id=other.id, subnet_ids=other.subnets[:1]
    )
    assert terraform.plan().actions(ADDRESS) == ["delete", "create"]
    terraform.apply()
    terraform.plan_is_empty()
    terraform.destroy()


def imported(consumer: Consumer, identifier: str, service: str, **more: Any) -> Workspace:
    other = Workspace(
        consumer.terraform.folder.parent / f"import-{identifier}",
        consumer.terraform.installation,
        consumer.terraform.environment,
    )
    body = consumer.arguments(service, **more)
    block = hcl.block("import", body={"to": Expression(ADDRESS), "id": identifier})
    return other.write(HEADER, endpoint(body), block)


def test_an_import_by_id_or_name_changes_nothing(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    consumer.write(service).apply()
    before = consumer.attributes()
    for identifier in (before["id"], f"orders@{consumer.account.region}"):
        other = imported(consumer, identifier, service)
        plan = other.plan()
        assert plan.actions(ADDRESS) == ["no-op"], plan.outcome.report()
        consumer.control.forget_calls()
        other.apply()
        assert consumer.control.writes() == []
        found = other.attributes(ADDRESS)
        assert found == before | {"timeouts": found["timeouts"]}
        other.plan_is_empty()


def test_what_somebody_made_by_hand_is_taken_over(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    """With groups and a zone of their own, as a module on hashicorp/aws leaves them."""
    service = owner(acceptance_required=False)
    group = open_group_in(consumer.account, consumer.vpc.id)
    zone = private_zone(consumer.account, "test.com", consumer.vpc.id)
    made = consumer.account.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=service,
        VpcId=consumer.vpc.id,
        SubnetIds=consumer.vpc.subnets[:2],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]["VpcEndpointId"]
    eventually(lambda: consumer.endpoint()["State"] == "available", "the endpoint is available")
    # The regional name is the shortest: the others have a zone in them.
    entry = min(consumer.endpoint()["DnsEntries"], key=lambda it: len(it["DnsName"]))
    alias = {
        "DNSName": entry["DnsName"],
        "HostedZoneId": entry["HostedZoneId"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": HOSTNAME, "Type": "A", "AliasTarget": alias}
    consumer.account.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    held = inventory(consumer.account)
    other = imported(consumer, made, service, security_group_ids=[group], zone_id=zone)
    assert other.plan().actions(ADDRESS) == ["update"]
    consumer.control.forget_calls()
    other.apply()
    assert set(consumer.control.writes()) == {"CreateTags"}
    assert inventory(consumer.account) == held
    other.plan_is_empty()


def test_the_endpoint_of_a_whole_path_is_not_imported(
    account: Account, network: Network, terraform: Workspace, new_workspace: Any
) -> None:
    terraform.write(configuration(orders(network))).apply()
    path = terraform.attributes()
    body = {
        "name": "other",
        "service_name": path["service_name"],
        "hostname": HOSTNAME,
        "broker_ports": PORTS,
        "vpc_id": network.client.id,
        "subnet_ids": network.client.subnets[:2],
    }
    other = new_workspace("other").write(HEADER, endpoint(body))
    refused = other.run("import", "-input=false", ADDRESS, path["endpoint"]["id"]).expect(1)
    assert "Part of a kafka_privatelink" in refused.text, refused.report()


def test_two_of_one_name_are_refused_and_a_path_of_that_name_is_not(
    account: Account, owner: Callable[..., str], consumer: Consumer, network: Network
) -> None:
    service = owner(acceptance_required=False)
    consumer.write(service).apply()
    other = Workspace(
        consumer.terraform.folder.parent / "other",
        consumer.terraform.installation,
        consumer.terraform.environment,
    )
    other.write(HEADER, endpoint(consumer.arguments(service, hostname="kafka.other.com")))
    assert "The name is taken" in summaries(other.plan_has_changes())
    before = inventory(consumer.account)
    refused = other.apply_fails()
    assert refused.errors[0].summary == "An endpoint called orders exists already"
    assert inventory(consumer.account) == before

    # Both sides in one account: the path is called orders as well.
    body = {
        **consumer.arguments(service, hostname="kafka.other.com"),
        "vpc_id": network.client.id,
        "subnet_ids": network.client.subnets[:2],
    }
    near = Workspace(
        consumer.terraform.folder.parent / "near",
        consumer.terraform.installation,
        account.environment(),
    )
    near.write(HEADER, endpoint(body))
    made = near.apply()
    assert made.diagnostics == [], made.report()
    near.destroy()


def test_a_service_that_is_not_offered_is_told_at_plan_and_fails_at_its_argument(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(allowed_principals=["arn:aws:iam::210987654321:root"])
    terraform = consumer.write(service, timeouts={"create": "5s"})
    planned = terraform.plan_has_changes()
    assert summaries(planned) == ["No such endpoint service for this account"]
    failed = terraform.apply_fails()
    [told] = [item for item in failed.errors if "InvalidServiceName" in item.detail]
    assert "service_name" in told.source, failed.report()
    for part in ("does not exist", "allowed principals"):
        assert part in told.detail, told.detail
    terraform.destroy()
    consumer.has_nothing_left()


def test_zones_that_the_service_lacks_are_named_by_id(
    account: Account, network: Network, owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    lone = another_subnet(consumer.account, consumer.vpc, "10.20.9.0/24", "d")
    terraform = consumer.write(service, subnet_ids=[*consumer.vpc.subnets[:1], lone])
    told = [item for item in terraform.plan_has_changes().warnings]
    assert [item.summary for item in told] == ["Zone that the service does not serve"]
    for part in (lone, "us-east-1d (use1-az", f"Keep {consumer.vpc.subnets[0]}"):
        assert part in told[0].detail, told[0].detail


def test_mistakes_are_refused_before_anything_is_read(consumer: Consumer) -> None:
    service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
    for changes, said in (
        ({"service_name": "vpce-svc-0123456789abcdef0"}, "Not the name of an endpoint service"),
        ({"broker_ports": []}, "No ports of brokers"),
        ({"broker_ports": [70000]}, "70000"),
        ({"subnet_ids": []}, "No subnets"),
        (
            {"security_group_ids": ["sg-1"], "allowed_cidr_blocks": ["10.0.0.0/8"]},
            "Blocks without a managed group",
        ),
        ({"region": "eu-west-1"}, "Service of another region"),
        ({"hostname": "kafka"}, "hostname"),
    ):
        body = {**consumer.arguments(service), **changes}
        consumer.terraform.write(HEADER, endpoint(body))
        found = consumer.terraform.validate()
        text = "\n".join(item.text for item in found.diagnostics)
        assert said in text, f"{changes}: {text}"
    assert consumer.control.calls() == []


def test_both_sides_in_one_configuration_take_one_apply(
    account: Account, network: Network, consumer: Consumer, new_workspace: Any
) -> None:
    """Two accounts by two configurations of the provider; nothing says `depends_on`."""
    principals = [f"arn:aws:iam::{consumer.account.id}:root"]
    # The plan of a destroy cannot know that the endpoint goes first, by the same destroy.
    service = {
        "allowed_principals": principals,
        "acceptance_required": False,
        "on_destroy": "reject_connections",
    }
    path = service_side(network, count=3, endpoint_service=service)
    body = consumer.arguments(Expression("kafka_privatelink.orders.service_name"))
    body["broker_ports"] = Expression("[for it in kafka_privatelink.orders.brokers : it.port]")
    body["hostname"] = Expression("kafka_privatelink.orders.hostname")
    alias = hcl.block(
        "provider",
        "kafka",
        body={
            "alias": "consumer",
            "access_key": consumer.account.id,
            "secret_key": "acceptance-secret-never-to-be-seen",
        },
    )
    both = new_workspace("both")
    both.write(
        configuration(path), alias, endpoint(body, "  provider = kafka.consumer\n")
    )
    both.apply()
    assert both.attributes(ADDRESS)["state"] == "available"
    assert len(consumer.records()) == 1
    both.plan_is_empty()
    both.destroy()
    consumer.has_nothing_left()


def test_nothing_of_load_balancing_is_called(
    owner: Callable[..., str], consumer: Consumer
) -> None:
    service = owner(acceptance_required=False)
    consumer.write(service).apply()
    consumer.terraform.plan_is_empty()
    consumer.terraform.destroy()
    called = {policies.action(call) for call in consumer.control.calls()} - policies.FREE
    assert {name.split(":")[0] for name in called} == {"ec2", "route53"}


