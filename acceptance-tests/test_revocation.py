"""A principal that is removed takes the connections along that it alone let in."""

from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import configuration, orders, service_side
from harness.consumer import Consumer
from harness.network import Network
from harness.path import principals
from harness.terraform import Workspace


def service(*allowed: str, **more: Any) -> dict[str, Any]:
    """Without acceptance, so that only the principals decide."""
    return {"acceptance_required": False, "allowed_principals": list(allowed), **more}


def test_the_removed_accounts_connections_are_rejected_and_no_others(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    leaver, stayer = Consumer(account.url), Consumer(account.url)
    both = service(leaver.principal, stayer.principal)
    terraform.write(configuration(orders(network, count=1, endpoint_service=both))).apply()
    made = terraform.attributes()
    lost, kept = leaver.connect(made["service_name"]), stayer.connect(made["service_name"])
    one = service(stayer.principal)
    terraform.write(configuration(orders(network, count=1, endpoint_service=one)))

    warned = [item.detail for item in terraform.plan_has_changes().warnings]
    assert [lost in text and leaver.id in text for text in warned] == [True]
    assert kept not in warned[0]
    control.forget_calls()
    terraform.apply()
    assert control.writes() == [
        "RejectVpcEndpointConnections",
        "ModifyVpcEndpointServicePermissions",
    ]
    assert (leaver.state(lost), stayer.state(kept)) == ("rejected", "available")
    assert terraform.attributes()["endpoint"]["state"] == "available"
    assert principals(account, made["id"]) == {stayer.principal}
    terraform.plan_is_empty()


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        pytest.param("root", [], {"reject_removed_principals": False}, id="switched-off"),
        pytest.param("role/reader", ["role/writer"], {}, id="another-role-of-the-account"),
        pytest.param("root", ["*"], {}, id="everybody"),
        pytest.param(
            "root",
            ["arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-cdefgh34"],
            {},
            id="a-unit-whose-accounts-only-aws-knows",
        ),
    ],
)
def test_nobody_is_rejected(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    before: str,
    after: list[str],
    more: dict[str, Any],
) -> None:
    consumer = Consumer(account.url)

    def spelled(principal: str) -> str:
        whole = principal == "*" or principal.startswith("arn:")
        return principal if whole else f"arn:aws:iam::{consumer.id}:{principal}"

    allowed = service(spelled(before))
    terraform.write(configuration(service_side(network, endpoint_service=allowed))).apply()
    endpoint = consumer.connect(terraform.attributes()["service_name"])
    allowed = service(*map(spelled, after), acceptance_required=True, **more)
    terraform.write(configuration(service_side(network, endpoint_service=allowed)))
    control.forget_calls()
    terraform.apply()
    assert "ModifyVpcEndpointServicePermissions" in control.writes()
    assert control.calls("RejectVpcEndpointConnections") == []
    assert consumer.state(endpoint) == "available"
    terraform.plan_is_empty()
