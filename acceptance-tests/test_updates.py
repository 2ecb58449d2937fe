"""Updates that are more, or less, than a change of one argument; those are in test_semantics.py."""

from typing import Any

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HOSTNAME, configuration, orders, service_side
from harness.layouts import certificate
from harness.network import Network, make_vpc
from harness.path import inventory, read_path
from harness.terraform import Workspace, says


def test_a_principal_in_another_spelling_is_no_change(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network))).apply()
    arguments = orders(
        network,
        hostname=f"{HOSTNAME.upper()}.",
        endpoint_service={"allowed_principals": ["210987654321"]},
    )
    terraform.write(configuration(arguments))
    control.forget_calls()
    terraform.apply()
    assert control.writes() == []
    assert terraform.attributes()["endpoint_service"]["allowed_principals"] == ["210987654321"]
    terraform.plan_is_empty()


def test_deletion_protection(control: Control, network: Network, terraform: Workspace) -> None:
    protected = service_side(network, load_balancer={"deletion_protection_enabled": True})
    terraform.write(configuration(protected)).apply()
    refused = terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert "deletion_protection_enabled" in refused.text
    terraform.write(configuration(service_side(network))).apply()
    terraform.destroy()


def test_a_subnet_stays_while_an_endpoint_is_connected(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """AWS would refuse it, so already the plan says so, and nothing is written."""
    terraform.write(configuration(orders(network, count=2))).apply()
    fewer = {"subnet_ids": network.kafka.subnets[:2]}
    terraform.write(configuration(orders(network, count=2, load_balancer=fewer)))
    control.forget_calls()
    refused = terraform.plan_fails()
    assert "load_balancer.subnet_ids" in refused.text
    assert "vpce-" in refused.text
    assert control.writes() == []


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


def test_a_region_that_is_named_nowhere_any_more_is_told(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """The path stays, whichever of the two named its region; hashicorp/aws would move it."""
    elsewhere = make_vpc(account, 0, "eu-west-1")
    side = {"load_balancer": {"subnet_ids": elsewhere.subnets}}
    terraform.write(configuration(service_side(network, region="eu-west-1", **side))).apply()
    assert terraform.plan_is_empty().stdout.count("stays in") == 0
    for text in (
        configuration(service_side(network, **side)),
        configuration(service_side(network, **side)).replace(
            'provider "kafka" {}', 'provider "kafka" {\n  region = "us-west-2"\n}'
        ),
    ):
        planned = terraform.write(text).plan()
        assert planned.actions(ADDRESS) == ["no-op"]
        [warning] = planned.outcome.warnings
        assert warning.summary == "The resource stays in eu-west-1"
        assert 'region = "eu-west-1"' in warning.detail
    terraform.destroy()
    assert inventory(account, "eu-west-1") == set()


def test_a_second_broker_beside_one_on_the_bootstrap_port(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """One listener and one group are enough for one broker, and stay as they are."""
    first, second = network.kafka.address(0, 11), network.kafka.address(1, 12)

    def brokers(**ports: int) -> dict[str, Any]:
        targets = {"1": first, "2": second}
        return {
            name: {"target": targets[name], "port": port}
            for name, port in zip(targets, ports.values(), strict=False)
        }

    alone = service_side(network, brokers=brokers(one=9091))
    terraform.write(configuration(alone)).apply()
    terraform.plan_is_empty()
    made = terraform.attributes()
    assert made["listener_arns"]["1"] == made["listener_arns"]["bootstrap"]
    assert set(read_path(account)["listeners"]) == {9091}
    # First a port of its own, then others beside it.
    terraform.write(configuration(service_side(network, brokers=brokers(one=6001)))).apply()
    control.forget_calls()
    both = service_side(network, brokers=brokers(one=6001, two=6002))
    terraform.write(configuration(both))
    assert terraform.plan().outcome.warnings == []
    terraform.apply()
    assert control.calls("ModifyListener") == []
    assert set(read_path(account)["listeners"]) == {6001, 6002, 9091}
    kept = terraform.attributes()
    assert kept["listener_arns"]["bootstrap"] == made["listener_arns"]["bootstrap"]
    terraform.plan_is_empty()
    # And back.
    terraform.write(configuration(alone)).apply()
    assert set(read_path(account)["listeners"]) == {9091}
    terraform.plan_is_empty()


def test_tls_is_warned_of_once(
    account: Account, network: Network, terraform: Workspace
) -> None:
    listener = {"protocol": "TLS", "certificate_arn": certificate(account)}
    arguments = service_side(network, listener=listener)
    terraform.write(configuration(arguments))
    assert terraform.validate().warnings == []
    assert says(terraform.plan().outcome.warnings, "listener.protocol", "client's certificate")
    terraform.apply()
    assert terraform.try_plan().expect(0).warnings == []
    terraform.write(configuration({**arguments, "tags": {"team": "streams"}}))
    assert terraform.plan().outcome.warnings == []


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


def test_the_state_of_an_endpoint_that_stays_is_known(network: Network, terraform: Workspace) -> None:
    def hides_state(**changed: Any) -> bool:
        terraform.write(configuration(orders(network, count=2, **changed)))
        unknown = terraform.plan().change(ADDRESS)["after_unknown"]
        return bool((unknown.get("endpoint") or {}).get("state"))

    terraform.write(configuration(orders(network, count=2))).apply()
    assert not hides_state(target_group={"deregistration_delay_seconds": 17})
    assert not hides_state(tags={"team": "a"})
    assert not hides_state(bootstrap_port=9500)
    assert hides_state(endpoint={"subnet_ids": network.client.subnets[:1]})
