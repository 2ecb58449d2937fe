"""The examples are what people copy: formatted, valid, and the complete one really applied."""

import json
import re
import shutil
from pathlib import Path

import pytest

from harness.aws import Account, Control
from harness.installation import ROOT, Installation
from harness.network import Network, make_vpc
from harness.path import inventory, living_endpoints, read_path
from harness.terraform import Workspace

EXAMPLES = ROOT / "examples"
FOLDERS = sorted({file.parent for file in EXAMPLES.rglob("*.tf")})


def copy(example: Path, workspace: Workspace) -> Workspace:
    for file in example.glob("*.tf"):
        shutil.copy(file, workspace.folder)
    return workspace


def test_formatted(terraform: Workspace) -> None:
    terraform.run("fmt", "-check", "-diff", "-recursive", str(EXAMPLES)).expect(0)


@pytest.mark.parametrize("example", FOLDERS, ids=lambda folder: str(folder.relative_to(EXAMPLES)))
def test_valid(example: Path, control: Control, terraform: Workspace) -> None:
    copy(example, terraform)
    for file in terraform.folder.glob("*.tf"):
        file.write_text(without_other_providers(file.read_text()))
    found = terraform.validate()
    assert found.code == 0 and not found.diagnostics, found.report()
    assert control.calls() == []


def without_other_providers(text: str) -> str:
    """Providers of others cannot be installed offline: their own blocks are left out, the local
    name that they occupy stays taken, by a provider that is built into Terraform."""
    taken = re.findall(r'(\w+) = \{\s*source\s*= "(?!privatelink/kafka)[^"]+"', text)
    if not taken:
        return text
    text = re.sub(
        r'source( *)= "(?!privatelink/kafka)[^"]+"',
        r'source\1= "terraform.io/builtin/terraform"',
        text,
    )
    blocks = re.split(r"(?m)^(?=\S)(?=provider|resource|data|terraform)", text)
    foreign = (*(f'provider "{name}"' for name in taken), 'resource "kafka_topic"')
    return "".join(block for block in blocks if not block.startswith(foreign))


def test_no_example_is_missed() -> None:
    assert EXAMPLES / "complete" in FOLDERS
    assert EXAMPLES / "cross-account" in FOLDERS
    assert EXAMPLES / "cross-region" in FOLDERS
    assert EXAMPLES / "resources" / "kafka_privatelink" in FOLDERS
    assert EXAMPLES / "resources" / "kafka_privatelink_endpoint" in FOLDERS
    assert EXAMPLES / "resources" / "kafka_privatelink_connection" in FOLDERS
    assert EXAMPLES / "data-sources" / "kafka_privatelink" in FOLDERS
    assert EXAMPLES / "provider" in FOLDERS


def test_the_complete_one(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    before = inventory(account)
    copy(EXAMPLES / "complete", terraform)
    targets = {str(n): network.kafka.address(n - 1, 10 + n) for n in (1, 2, 3)}
    variables = {
        "brokers": targets,
        "kafka_subnet_ids": network.kafka.subnets,
        "client_vpc_id": network.client.id,
        "client_subnet_ids": network.client.subnets,
    }
    (terraform.folder / "terraform.tfvars.json").write_text(json.dumps(variables))
    terraform.apply()
    assert terraform.output("bootstrap_servers") == "kafka.test.com:9091"
    advertised = {str(n): f"kafka.test.com:600{n}" for n in (1, 2, 3)}
    assert terraform.output("advertised_listeners") == advertised
    path = read_path(account)
    assert set(path["listeners"]) == {9091, 6001, 6002, 6003}
    assert path["listeners"][6003]["targets"] == {(targets["3"], 9094)}
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == before


def test_the_one_across_accounts(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """As it stands: the consumers' credentials come from a role in their account."""
    consumer = Account(account.url)
    vpc = make_vpc(consumer, 20)
    before = inventory(account), inventory(consumer)
    copy(EXAMPLES / "cross-account", terraform)
    variables = {
        "brokers": {str(n): network.kafka.address(n - 1, 10 + n) for n in (1, 2, 3)},
        "kafka_subnet_ids": network.kafka.subnets,
        "consumer_account_id": consumer.id,
        "consumer_role_arn": f"arn:aws:iam::{consumer.id}:role/terraform",
        "client_vpc_id": vpc.id,
        "client_subnet_ids": vpc.subnets[:2],
    }
    (terraform.folder / "terraform.tfvars.json").write_text(json.dumps(variables))
    terraform.apply()
    assert terraform.output("bootstrap_servers") == "kafka.test.com:9091"
    [endpoint] = living_endpoints(consumer)
    assert endpoint["State"] == "available"
    terraform.plan_is_empty()
    terraform.destroy()
    assert (inventory(account), inventory(consumer)) == before


def test_the_one_across_regions(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    far = make_vpc(account, 20, "eu-west-1")
    before = inventory(account), inventory(account, "eu-west-1")
    copy(EXAMPLES / "cross-region", terraform)
    variables = {
        "brokers": {str(n): network.kafka.address(n - 1, 10 + n) for n in (1, 2, 3)},
        "kafka_subnet_ids": network.kafka.subnets,
        "account_id": account.id,
        "client_vpc_id": far.id,
        "client_subnet_ids": far.subnets[:2],
    }
    (terraform.folder / "terraform.tfvars.json").write_text(json.dumps(variables))
    terraform.apply()
    [endpoint] = living_endpoints(account, "eu-west-1")
    assert (endpoint["State"], endpoint["ServiceRegion"]) == ("available", "us-east-1")
    assert endpoint["VpcId"] == far.id
    terraform.plan_is_empty()
    # AWS tells of every endpoint where its service is.
    found = terraform.attributes("kafka_privatelink_endpoint.orders")
    terraform.run("state", "rm", "kafka_privatelink_endpoint.orders").expect(0)
    where = f"{found['id']}@eu-west-1"
    terraform.run("import", "-input=false", "kafka_privatelink_endpoint.orders", where).expect(0)
    terraform.plan_is_empty()
    terraform.destroy()
    assert (inventory(account), inventory(account, "eu-west-1")) == before


def test_the_import_commands_are_of_the_documented_forms(installation: Installation) -> None:
    text = (EXAMPLES / "resources" / "kafka_privatelink" / "import.sh").read_text()
    commands = re.findall(r"^terraform import kafka_privatelink\.\w+ (\S+)$", text, re.MULTILINE)
    assert [identifier.count(",") for identifier in commands] == [0, 1, 0, 0]
    assert ["@" in identifier for identifier in commands] == [False, False, False, True]
