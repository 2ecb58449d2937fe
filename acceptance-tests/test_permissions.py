"""The documented IAM policies against the calls that are made.

That no test makes a call which the policy of applies does not list, the fixture `control` checks
after every one of them.
"""

import re
from collections.abc import Callable

from harness.aws import Account, Control
from harness.configuration import configuration, orders, service_side
from harness.network import Network
from harness.policies import ALONG, CALLED, FREE, PLANNED, action
from harness.surroundings import machines, on_machines, private_zone
from harness.terraform import Workspace
from semantics.changes import CHANGES


def called(control: Control) -> set[str]:
    made = {action(call) for call in control.calls()}
    control.forget_calls()
    return made - FREE


def test_a_plan_needs_no_more_than_its_own_policy(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    new_workspace: Callable[[str], Workspace],
) -> None:
    """And that policy lists nothing that no plan, refresh or import calls."""
    given = private_zone(account, "test.com", network.client.id)
    machine = on_machines(machines(account, network))
    made: set[str] = set()
    for arguments in (
        service_side(network, **machine),
        orders(network, endpoint={"zone_id": given}),
        orders(network, hostname="kafka.other.com", endpoint={"dns": {"mode": "records"}}),
        orders(network, hostname="kafka.other.com"),
    ):
        terraform.write(configuration(arguments))
        control.forget_calls()
        terraform.plan()
        terraform.refresh_only()
        made |= called(control)
        terraform.apply()
    spoil(account, terraform)
    control.forget_calls()
    terraform.refresh_only()
    terraform.plan()
    terraform.plan("-destroy")
    service = terraform.attributes()["id"]
    other = new_workspace("other").write(configuration(orders(network, hostname="kafka.other.com")))
    other.run("import", "-input=false", "kafka_privatelink.orders", service).expect(0)
    made |= called(control)
    # Called for a `kafka_privatelink_endpoint` alone, which test_endpoint.py does.
    made.add("ec2:DescribeVpcEndpointServices")
    assert made <= PLANNED, sorted(made - PLANNED)
    assert made >= PLANNED, sorted(PLANNED - made)


def test_every_listed_action_is_called(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """By a lifecycle, or by a change whose calls are tested one by one."""
    terraform.write(configuration(orders(network))).apply()
    spoil(account, terraform)
    terraform.apply()
    terraform.destroy()
    chains = [chain for change in CHANGES for way in change.ways().values() for chain in way]
    names = set(re.findall(r"[A-Za-z]+", " ".join(chains)))
    counted = {item for item in CALLED if item.split(":")[1] in names}
    made = called(control) | counted | PLANNED
    # Tested in test_destroy.py and test_revocation.py, which the fixture watches.
    made.add("ec2:RejectVpcEndpointConnections")
    assert made >= CALLED, sorted(CALLED - made)
    assert not ALONG & CALLED


def spoil(account: Account, terraform: Workspace) -> None:
    """The managed zone is gone, and so is the group's egress; others put a rule of another kind
    into it."""
    group = terraform.attributes()["load_balancer_security_group_id"]
    anywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    account.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[anywhere])
    odd = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}
    odd["UserIdGroupPairs"] = [{"GroupId": group}]
    account.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[odd])
    for zone in account.route53.list_hosted_zones()["HostedZones"]:
        if not zone["Name"].startswith("kafka."):
            continue
        records = account.route53.list_resource_record_sets(HostedZoneId=zone["Id"])
        gone = [
            {"Action": "DELETE", "ResourceRecordSet": record}
            for record in records["ResourceRecordSets"]
            if record["Type"] not in ("NS", "SOA")
        ]
        account.route53.change_resource_record_sets(
            HostedZoneId=zone["Id"], ChangeBatch={"Changes": gone}
        )
        account.route53.delete_hosted_zone(Id=zone["Id"])
