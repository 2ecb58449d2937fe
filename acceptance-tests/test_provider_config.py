"""The provider's own arguments: where credentials, region, tags and endpoints come from."""

from typing import Any

import pytest

from harness import hcl
from harness.aws import SECRET, Account, Control
from harness.configuration import ADDRESS, REQUIRED_PROVIDERS, resource, service_side
from harness.hcl import Expression
from harness.network import Network, make_vpc
from harness.path import read_path, tag_map
from harness.terraform import Workspace


def with_provider(
    network: Network, body: dict[str, Any] | None = None, blocks: str = "", **changes: Any
) -> tuple[str, ...]:
    provider = hcl.block("provider", "kafka", body=body, extra=blocks)
    return REQUIRED_PROVIDERS, provider, resource(service_side(network, **changes))


def block(name: str, **body: Any) -> str:
    return hcl.block(name, body=body)


def without(terraform: Workspace, *names: str) -> Workspace:
    for name in names:
        terraform.environment.pop(name, None)
    return terraform


def test_missing_region(control: Control, network: Network, terraform: Workspace) -> None:
    without(terraform, "AWS_REGION").write(*with_provider(network))
    said = terraform.plan_fails().text
    assert "region" in said and "AWS_REGION" in said
    assert control.calls() == []


def test_missing_credentials(control: Control, network: Network, terraform: Workspace) -> None:
    without(terraform, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    said = terraform.write(*with_provider(network)).plan_fails().text
    assert "credential" in said.lower() and "AWS_ACCESS_KEY_ID" in said
    assert control.writes() == []


def test_everything_from_the_provider_block(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    without(terraform, *account.environment())
    services = ("ec2", "elasticloadbalancing", "route53", "sts")
    terraform.write(
        *with_provider(
            network,
            {"region": account.region, "access_key": account.id, "secret_key": SECRET},
            block("endpoints", **dict.fromkeys(services, account.url)),
        )
    ).apply()
    terraform.plan_is_empty()
    assert SECRET not in (terraform.folder / "terraform.tfstate").read_text()


def test_profile_and_files(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    without(terraform, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")
    credentials, config = terraform.folder / "credentials", terraform.folder / "config"
    credentials.write_text(
        f"[streaming]\naws_access_key_id = {account.id}\naws_secret_access_key = {SECRET}\n"
    )
    config.write_text(f"[profile streaming]\nregion = {account.region}\n")
    body = {
        "profile": "streaming",
        "shared_credentials_files": [str(credentials)],
        "shared_config_files": [str(config)],
    }
    terraform.write(*with_provider(network, body)).apply()
    assert terraform.attributes()["region"] == account.region


def test_default_tags(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    defaults = block("default_tags", tags={"team": "streaming", "stage": "prod"})
    terraform.write(*with_provider(network, blocks=defaults, tags={"stage": "test"})).apply()
    attributes = terraform.attributes()
    assert attributes["tags"] == {"stage": "test"}
    assert attributes["tags_all"] == {"team": "streaming", "stage": "test"}
    carried = tag_map(read_path(account)["service"]["Tags"])
    assert carried["team"] == "streaming" and carried["stage"] == "test"
    terraform.plan_is_empty()
    changed = block("default_tags", tags={"team": "platform"})
    terraform.write(*with_provider(network, blocks=changed, tags={"stage": "test"}))
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply("plan.bin")
    assert tag_map(read_path(account)["service"]["Tags"])["team"] == "platform"
    terraform.plan_is_empty()


def test_ignore_tags(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    ignored = block("ignore_tags", keys=["cost"], key_prefixes=["audit:"])
    terraform.write(*with_provider(network, blocks=ignored, tags={"team": "kafka"})).apply()
    service = terraform.attributes()["id"]
    account.ec2.create_tags(
        Resources=[service],
        Tags=[
            {"Key": "cost", "Value": "42"},
            {"Key": "audit:by", "Value": "them"},
        ],
    )
    control.forget_calls()
    terraform.apply()
    assert control.writes() == []
    assert terraform.attributes()["tags_all"] == {"team": "kafka"}
    assert tag_map(read_path(account)["service"]["Tags"])["cost"] == "42"


@pytest.mark.parametrize(("region", "refused"), [("us-west-1", True), ("af-south-1", True)])
def test_restricted_regions(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    region: str,
    refused: bool,
) -> None:
    said = terraform.write(*with_provider(network, {"region": region})).plan_fails().text
    assert region in said and "restricted_regions" in said
    assert control.writes() == []


def test_restriction_lifted(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    there = make_vpc(account, 0, "us-west-2")
    subnets = {"subnet_ids": there.subnets}
    body = {"region": "us-west-2", "restricted_regions": ["us-west-2"]}
    terraform.write(*with_provider(network, body, load_balancer=subnets))
    assert "us-west-2" in terraform.plan_fails().text
    body["restricted_regions"] = []
    terraform.write(*with_provider(network, body, load_balancer=subnets)).apply()
    # What stands already is not refused when its region becomes restricted.
    body["restricted_regions"] = ["us-west-2"]
    terraform.write(*with_provider(network, body, load_balancer=subnets)).plan_is_empty()


def test_allowed_account_ids(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    body = {"allowed_account_ids": ["111111111111"]}
    said = terraform.write(*with_provider(network, body)).plan_fails().text
    assert account.id in said and "allowed_account_ids" in said
    body = {"forbidden_account_ids": [account.id]}
    said = terraform.write(*with_provider(network, body)).plan_fails().text
    assert account.id in said and "forbidden_account_ids" in said
    assert control.writes() == []
    body = {"allowed_account_ids": [account.id]}
    terraform.write(*with_provider(network, body)).apply()


def test_assume_role(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """The caller's account only hands out the role; everything is made where the role lives."""
    caller = Account(account.url)
    terraform.environment["AWS_ACCESS_KEY_ID"] = caller.id
    role = f"arn:aws:iam::{account.id}:role/deployer"
    assume = block("assume_role", role_arn=role, session_name="acceptance", external_id="ours")
    terraform.write(*with_provider(network, blocks=assume)).apply()
    assert read_path(account)["service"]["ServiceState"] == "Available"
    made = Control(caller).calls()
    assert {call["action"] for call in made} <= {"AssumeRole", "GetCallerIdentity"}
    [assumed] = {call["params"]["RoleArn"] for call in made if call["action"] == "AssumeRole"}
    assert assumed == role


def test_max_retries(control: Control, network: Network, terraform: Workspace) -> None:
    """In one process: the plan's refresh asks for the load balancer once, and once more."""
    terraform.write(*with_provider(network, {"max_retries": 1})).apply()
    control.forget_calls()
    fault = {"code": "InternalFailure", "message": "Oops", "status": 500, "times": 10_000}
    control.fault("DescribeVpcEndpointServiceConfigurations", **fault)
    terraform.plan_fails()
    assert len(control.calls("DescribeVpcEndpointServiceConfigurations")) == 2


@pytest.mark.parametrize(
    ("body", "blocks", "said"),
    [
        ({"retry_mode": "often"}, "", "retry_mode"),
        ({"region": "mars"}, "", "region"),
        ({"allowed_account_ids": ["1"], "forbidden_account_ids": ["2"]}, "", "forbidden"),
        ({}, 'assume_role {\n  role_arn = "deployer"\n}\n', "role_arn"),
        ({"custom_ca_bundle": "/nowhere.pem"}, "", "/nowhere.pem"),
    ],
)
def test_mistakes(
    control: Control,
    network: Network,
    terraform: Workspace,
    body: dict[str, Any],
    blocks: str,
    said: str,
) -> None:
    assert said in terraform.write(*with_provider(network, body, blocks)).plan_fails().text
    assert control.writes() == []


def test_preflight_can_be_switched_off(
    control: Control, network: Network, terraform: Workspace
) -> None:
    subnets = {"subnet_ids": ["subnet-0123456789abcdef0"]}
    said = terraform.write(*with_provider(network, load_balancer=subnets)).plan_fails().text
    assert "subnet-0123456789abcdef0" in said
    terraform.write(*with_provider(network, {"preflight": False}, load_balancer=subnets))
    control.forget_calls()
    assert terraform.plan().actions(ADDRESS) == ["create"]
    assert control.calls() == []


def test_unknown_argument_of_the_provider(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """Plan goes on without clients; nothing is known that would need one."""
    later = hcl.block("resource", "terraform_data", "key", body={"input": SECRET})
    body = {"secret_key": Expression("terraform_data.key.output")}
    terraform.write(*with_provider(network, body), later)
    control.forget_calls()
    assert terraform.plan().actions(ADDRESS) == ["create"]
    assert control.calls() == []
