"""What others change behind our back is seen by plan, told, and repaired by apply."""

from typing import Any

import pytest

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders, service_side
from harness.network import Network
from harness.path import inventory, read_path, services
from harness.terraform import Workspace
from semantics import drift
from semantics.drift import Round
from semantics.drifts import ROUNDS
from semantics.ground import Standings


@pytest.mark.parametrize("chosen", ROUNDS, ids=lambda item: item.name)
def test_is_seen_and_repaired(standings: Standings, chosen: Round) -> None:
    standing = standings.take(chosen.plot)
    drift.suffer(chosen, standing)
    standings.give_back(chosen.plot, standing)


def delete_endpoint(account: Account, path: dict[str, Any]) -> None:
    endpoint = path["endpoint"]["VpcEndpointId"]
    account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    eventually(lambda: endpoint not in str(inventory(account)), "the endpoint is gone")


@pytest.mark.matrix
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


def test_a_deleted_load_balancer_is_made_anew(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """AWS lets that happen only after the service was given another one."""
    terraform.write(configuration(service_side(network))).apply()
    path = read_path(account)
    ours, service = path["load_balancer"]["LoadBalancerArn"], path["service"]["ServiceId"]
    theirs = account.elbv2.create_load_balancer(
        Name="theirs", Type="network", Scheme="internal", Subnets=network.kafka.subnets
    )["LoadBalancers"][0]["LoadBalancerArn"]
    eventually(lambda: is_active(account, theirs), "the other load balancer is active")
    account.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=service,
        AddNetworkLoadBalancerArns=[theirs],
        RemoveNetworkLoadBalancerArns=[ours],
    )
    account.elbv2.delete_load_balancer(LoadBalancerArn=ours)
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    assert plan.change(ADDRESS)["before"]["load_balancer"] is None
    terraform.apply("plan.bin")
    attributes = terraform.attributes()
    [found] = services(account)
    assert found["ServiceId"] == attributes["id"] == service
    assert found["NetworkLoadBalancerArns"] == [attributes["load_balancer_arn"]] != [ours]
    assert is_active(account, theirs)
    terraform.plan_is_empty()


def is_active(account: Account, balancer: str) -> bool:
    found = account.elbv2.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"]
    return found[0]["State"]["Code"] == "active"


def test_what_is_not_ours_stays(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Tags of others on our objects, and objects of others beside ours, survive an apply."""
    terraform.write(configuration(orders(network, count=1))).apply()
    path = read_path(account)
    balancer, [zone] = path["load_balancer"]["LoadBalancerArn"], path["zones"]
    account.elbv2.add_tags(ResourceArns=[balancer], Tags=[{"Key": "cost", "Value": "42"}])
    group, listener = add_a_listener(account, network, balancer)
    record = {
        "Name": "schema.kafka.test.com.",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": "10.0.0.5"}],
    }
    account.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    before = control.objects()
    terraform.plan_is_empty()
    assert control.objects() == before
    terraform.write(configuration(orders(network, count=2))).apply()
    after = control.objects()
    for kind, arn in (("target_groups", group), ("listeners", listener)):
        assert after[account.region][kind][arn] == before[account.region][kind][arn]
    assert after[account.region]["load_balancers"] == before[account.region]["load_balancers"]
    assert after["global"] == before["global"]


def add_a_listener(account: Account, network: Network, balancer: str) -> tuple[str, str]:
    """Somebody else's, with a group of its own, on a port that is not ours."""
    group = account.elbv2.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=network.kafka.id, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    listener = account.elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="TCP",
        Port=8080,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    return group, listener


def test_a_foreign_listener_keeps_the_load_balancer(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network))).apply()
    balancer = read_path(account)["load_balancer"]["LoadBalancerArn"]
    group, listener = add_a_listener(account, network, balancer)
    refused = terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert "8080" in refused.text
    account.elbv2.delete_listener(ListenerArn=listener)
    terraform.destroy()
    assert inventory(account) == {("target group", group)}
