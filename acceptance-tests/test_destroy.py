"""A destroy ends, or says before it begins why it cannot."""

from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HEADER, HOSTNAME, configuration, orders, service_side
from harness.consumer import Consumer
from harness.network import Network
from harness.path import inventory, load_balancers, zones
from harness.terraform import Outcome, Workspace


@pytest.fixture
def consumer(account: Account, control: Control) -> Consumer:
    return Consumer(account.url)


def open_to(consumer: Consumer, **more: Any) -> dict[str, Any]:
    principals = [consumer.principal]
    return {"acceptance_required": False, "allowed_principals": principals, **more}


def plan_destroy(terraform: Workspace) -> Outcome:
    return terraform.run("plan", "-destroy", "-input=false", "-json", "-detailed-exitcode")


def test_the_plan_of_a_destroy_lists_the_connections(
    account: Account,
    control: Control,
    network: Network,
    consumer: Consumer,
    terraform: Workspace,
) -> None:
    """Those that are open and those that ask, with owner and state; our own is no obstacle."""
    service = {"allowed_principals": [consumer.principal]}
    terraform.write(configuration(orders(network, count=1, endpoint_service=service))).apply()
    made = terraform.attributes()
    plan_destroy(terraform).expect(2)
    asking = consumer.ask(made["service_name"])
    accepted = consumer.ask(made["service_name"])
    account.ec2.accept_vpc_endpoint_connections(
        ServiceId=made["id"], VpcEndpointIds=[accepted]
    )
    held = inventory(account)
    control.forget_calls()

    refused = plan_destroy(terraform).expect(1)
    [error] = refused.errors
    assert f"{asking} of account {consumer.id} (pendingAcceptance)" in error.detail
    assert f"{accepted} of account {consumer.id} (" in error.detail
    assert made["endpoint"]["id"] not in error.detail
    assert 'on_destroy = "reject_connections"' in error.detail
    assert "apply that before destroying" in error.detail
    # So does whatever leads to the same plan, with a read before it or without.
    assert terraform.run("destroy", "-auto-approve", "-input=false", "-json").code == 1
    assert asking in terraform.write(HEADER).plan_fails().text
    assert asking in terraform.plan_fails("-refresh=false").text
    assert control.writes() == []
    assert inventory(account) == held


@pytest.mark.matrix
@pytest.mark.parametrize("create_first", [False, True], ids=["", "create_before_destroy"])
def test_a_replacement_is_planned_with_the_objections_of_a_destroy(
    account: Account,
    control: Control,
    network: Network,
    consumer: Consumer,
    terraform: Workspace,
    create_first: bool,
) -> None:
    """Whoever asks for it: `-replace`, or `replace_triggered_by`."""
    arguments = service_side(network, endpoint_service=open_to(consumer))
    lifecycle = "    replace_triggered_by = [terraform_data.version]\n"
    if create_first:
        lifecycle += "    create_before_destroy = true\n"

    def version(number: int) -> str:
        data = f'resource "terraform_data" "version" {{\n  input = {number}\n}}\n'
        return configuration(arguments, data, extra=f"  lifecycle {{\n{lifecycle}  }}\n")

    terraform.write(version(1)).apply()
    endpoint = consumer.connect(terraform.attributes()["service_name"])
    held = inventory(account)
    control.forget_calls()
    assert endpoint in terraform.plan_fails(f"-replace={ADDRESS}").text
    terraform.write(version(2))
    [error] = terraform.plan_fails().errors
    assert error.summary == "Cannot delete the endpoint service"
    assert f"{endpoint} of account {consumer.id}" in error.detail
    assert control.writes() == []
    assert inventory(account) == held
    terraform.write(version(1)).plan_is_empty()


def test_rejecting_connections_ends_with_nothing_left(
    account: Account,
    control: Control,
    network: Network,
    consumer: Consumer,
    terraform: Workspace,
) -> None:
    before = inventory(account)
    service = open_to(consumer)
    terraform.write(configuration(orders(network, count=1, endpoint_service=service))).apply()
    endpoint = consumer.connect(terraform.attributes()["service_name"])

    # A destroy sees the state alone: written and not applied, the argument does nothing yet.
    rejecting = open_to(consumer, on_destroy="reject_connections")
    terraform.write(configuration(orders(network, count=1, endpoint_service=rejecting)))
    plan_destroy(terraform).expect(1)
    control.forget_calls()
    terraform.apply()
    assert control.writes() == []
    terraform.plan_is_empty()

    planned = plan_destroy(terraform).expect(2)
    assert any(endpoint in warning.detail for warning in planned.warnings)
    # For a while AWS goes on counting what was rejected.
    control.provisioning(connection_release=1.0)
    control.forget_calls()
    terraform.destroy()
    assert inventory(account) == before
    assert consumer.state(endpoint) == "rejected"
    deletes = control.calls("DeleteVpcEndpointServiceConfigurations")
    assert len(deletes) > 1, "it was not put off"
    writes = control.writes()
    rejected = writes.index("RejectVpcEndpointConnections")
    assert rejected < writes.index("DeleteVpcEndpointServiceConfigurations")


def test_all_that_keeps_a_path_is_listed_at_once(
    account: Account,
    control: Control,
    network: Network,
    consumer: Consumer,
    terraform: Workspace,
) -> None:
    """Deletion protection, a listener, a record and a connection of others; and nothing is deleted.

    Half a path serves nobody: as long as one of its objects has to stay, all of them do.
    """
    arguments = orders(
        network,
        count=1,
        load_balancer={"deletion_protection_enabled": True},
        endpoint_service=open_to(consumer),
    )
    terraform.write(configuration(arguments)).apply()
    endpoint = consumer.connect(terraform.attributes()["service_name"])
    add_listener(account, network, port=25)
    [zone] = zones(account)
    change_record(account, zone["Id"], "CREATE", f"www.{HOSTNAME}")
    held = inventory(account)
    control.forget_calls()

    refused = plan_destroy(terraform).expect(1)
    told = {item.summary: item.detail for item in refused.errors}
    assert len(refused.errors) == 4, refused.report()
    assert endpoint in told["Cannot delete the endpoint service"]
    assert f"www.{HOSTNAME} A" in told["Cannot delete the hosted zone"]
    balancer = [item.detail for item in refused.errors if "load balancer" in item.summary]
    assert any("not ours" in text and ": 25." in text for text in balancer)
    assert any("deletion_protection_enabled = false" in text for text in balancer)
    assert control.writes() == []
    assert inventory(account) == held


def test_what_comes_in_the_way_after_the_plan_stops_the_destroy_whole(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, count=1))).apply()
    terraform.run("plan", "-destroy", "-input=false", "-out=plan.bin").expect(0)
    [zone] = zones(account)
    change_record(account, zone["Id"], "CREATE", f"www.{HOSTNAME}")
    held = inventory(account)
    control.forget_calls()
    refused = terraform.run("apply", "-input=false", "-json", "plan.bin").expect(1)
    assert f"www.{HOSTNAME} A" in refused.text
    assert control.writes() == []
    assert inventory(account) == held
    change_record(account, zone["Id"], "DELETE", f"www.{HOSTNAME}")
    terraform.destroy()
    assert terraform.state()["resources"] == []


def test_a_policy_that_aws_does_not_hold_changes_nothing_there(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network))).apply()
    made = terraform.attributes()
    assert made["wait_for_healthy"] is False
    assert made["endpoint_service"]["on_destroy"] == "refuse"
    assert made["endpoint_service"]["reject_removed_principals"] is True
    changes = {
        "wait_for_healthy": True,
        "endpoint_service": {
            "on_destroy": "reject_connections",
            "reject_removed_principals": False,
        },
    }
    terraform.write(configuration(service_side(network, **changes)))
    control.forget_calls()
    terraform.plan_has_changes()
    terraform.apply()
    assert control.writes() == []
    terraform.plan_is_empty()


def add_listener(account: Account, network: Network, port: int) -> None:
    group = account.elbv2.create_target_group(
        Name="by-hand", Protocol="TCP", Port=25, VpcId=network.kafka.id, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    [balancer] = load_balancers(account)
    account.elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="TCP",
        Port=port,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )


def change_record(account: Account, zone: str, action: str, name: str) -> None:
    record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.9.1.9"}]}
    account.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
    )
