"""Who may connect through the managed security group of an endpoint: CIDR blocks, security groups
and prefix lists."""

from typing import Any

import pytest

from harness import hcl
from harness.aws import Account
from harness.hcl import Expression
from harness.network import Network
from harness.path import inventory, living_endpoints, security_groups
from harness.sides import SIDES, Side
from harness.surroundings import group_in, make_prefix_list
from harness.terraform import Workspace

of_both = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
PORTS = {6001, 9091}


def managed_group(account: Account) -> dict[str, Any]:
    group = living_endpoints(account)[0]["Groups"][0]["GroupId"]
    [found] = [item for item in security_groups(account) if item["GroupId"] == group]
    return found


def sources(account: Account) -> dict[int, set[str]]:
    """Port -> who may connect to it, as AWS has it."""
    found: dict[int, set[str]] = {}
    for rule in managed_group(account)["IpPermissions"]:
        named = {item["CidrIp"] for item in rule["IpRanges"]}
        named |= {item["GroupId"] for item in rule["UserIdGroupPairs"]}
        named |= {item["PrefixListId"] for item in rule["PrefixListIds"]}
        for port in range(rule["FromPort"], rule["ToPort"] + 1):
            found.setdefault(port, set()).update(named)
    return found


@of_both
def test_security_groups_and_prefix_lists_are_let_in(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    group = group_in(account, network.client.id)
    prefix_list = make_prefix_list(account, ["10.30.0.0/16", "10.31.0.0/16"])
    before = inventory(account)
    groups: dict[str, Any] = {"allowed_security_group_ids": [group]}
    both = {**groups, "allowed_prefix_list_ids": [prefix_list]}
    for arguments, blocks, others in (
        (groups, [], {group}),
        (both, [], {group, prefix_list}),
        ({**both, "allowed_cidr_blocks": ["10.9.0.0/16"]}, ["10.9.0.0/16"], {group, prefix_list}),
        ({}, [network.client.cidr], set()),
        ({"allowed_prefix_list_ids": [prefix_list]}, [], {prefix_list}),
    ):
        terraform.write(side.text(network, **arguments)).apply()
        assert sources(account) == dict.fromkeys(PORTS, {*blocks, *others})
        found = side.attributes(terraform)
        assert found["allowed_cidr_blocks"] == blocks
        for name in ("allowed_security_group_ids", "allowed_prefix_list_ids"):
            assert found[name] == arguments.get(name)
        terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == before


@of_both
def test_what_somebody_changes_shows_and_is_repaired(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    group, other = (group_in(account, vpc.id) for vpc in (network.client, network.kafka))
    terraform.write(side.text(network, allowed_security_group_ids=[group])).apply()
    managed = managed_group(account)["GroupId"]

    def permission(identifier: str, port: int) -> dict[str, Any]:
        ports = {"FromPort": port, "ToPort": port}
        return {"IpProtocol": "tcp", **ports, "UserIdGroupPairs": [{"GroupId": identifier}]}

    both = [permission(other, port) for port in PORTS]
    account.ec2.authorize_security_group_ingress(GroupId=managed, IpPermissions=both)
    terraform.refresh_only()
    shown = side.attributes(terraform)["allowed_security_group_ids"]
    assert set(shown) == {group, other}
    terraform.plan_has_changes()
    terraform.apply()
    assert sources(account) == dict.fromkeys(PORTS, {group})

    # One port of two is no other argument.
    account.ec2.revoke_security_group_ingress(
        GroupId=managed, IpPermissions=[permission(group, 6001)]
    )
    terraform.refresh_only()
    assert side.attributes(terraform)["allowed_security_group_ids"] == [group]
    assert "6001" in side.drift(terraform)["security-group/consumer"]
    terraform.apply()
    assert sources(account) == dict.fromkeys(PORTS, {group})
    terraform.plan_is_empty()


@of_both
def test_the_group_of_the_same_apply_is_let_in(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    """Ids that are known after the apply leave the blocks unknown until then where nobody can say
    yet whether there are any."""
    group = group_in(account, network.client.id)
    late = hcl.block("resource", "terraform_data", "late", body={"input": [group]})
    ids = Expression("terraform_data.late.output")
    terraform.write(side.text(network, late, allowed_security_group_ids=ids)).apply()
    assert side.attributes(terraform)["allowed_cidr_blocks"] == []
    terraform.plan_is_empty()


@of_both
def test_what_does_not_exist_is_named_with_its_argument(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    missing = "sg-00000000000000000"
    refused = terraform.write(
        side.text(network, allowed_security_group_ids=[missing])
    ).apply_fails()
    text = "\n".join(item.text for item in refused.errors)
    assert side.argument("allowed_security_group_ids") in text, text
    assert missing in text or "InvalidGroup.NotFound" in text, text
    terraform.destroy()
