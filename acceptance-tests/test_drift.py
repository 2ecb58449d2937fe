"""What others change behind our back is seen by plan, told, and repaired by apply."""

from typing import Any

import pytest

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders
from harness.network import Network
from harness.path import (
    inventory,
    listeners_of,
    load_balancers,
    read_path,
    tag_map,
)
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
