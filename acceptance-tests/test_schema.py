"""What the provider says of itself, and what it must never say."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.aws import SECRET, Account, Control
from harness.configuration import ADDRESS, REQUIRED_PROVIDERS, configuration, orders, resource
from harness.hcl import block
from harness.network import Network
from harness.terraform import Workspace


@pytest.fixture
def schema(terraform: Workspace) -> dict[str, Any]:
    terraform.write(REQUIRED_PROVIDERS)
    said = terraform.run("providers", "schema", "-json").expect(0)
    schemas = json.loads(said.stdout)["provider_schemas"]
    [ours] = [item for name, item in schemas.items() if name.endswith("/privatelink/kafka")]
    return ours


def attributes(block: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every attribute and nested block at every depth, with its path."""
    for name, item in block.get("attributes", {}).items():
        yield f"{path}.{name}", item
        if "nested_type" in item:
            yield from attributes(item["nested_type"], f"{path}.{name}")
    for name, item in block.get("block_types", {}).items():
        yield f"{path}.{name}", item["block"]
        yield from attributes(item["block"], f"{path}.{name}")


def test_every_attribute_is_described(schema: dict[str, Any]) -> None:
    found = list(attributes(schema["provider"]["block"], "provider"))
    for name, item in schema["resource_schemas"].items():
        assert item["block"].get("description"), name
        found += attributes(item["block"], name)
    for name, item in schema["data_source_schemas"].items():
        assert item["block"].get("description"), name
        found += attributes(item["block"], f"data.{name}")
    assert len(found) > 80
    assert [path for path, item in found if not item.get("description", "").strip()] == []
    for path, item in found:
        assert item["description"].rstrip().endswith((".", ")", "`")), f"{path}: no sentence"
        assert item.get("description_kind", "plain") in ("plain", "markdown")


def test_functions_are_described(schema: dict[str, Any]) -> None:
    functions = schema["functions"]
    assert set(functions) == {"advertised_listeners", "bootstrap_servers"}
    for name, item in functions.items():
        assert item.get("summary") and item.get("description"), name
        assert all(parameter.get("description") for parameter in item["parameters"]), name


def test_the_schema_version_is_kept(schema: dict[str, Any]) -> None:
    """A higher version needs an upgrader and a frozen state of the version before it."""
    assert schema["resource_schemas"]["kafka_privatelink"]["version"] == 0


def test_secrets_are_marked(schema: dict[str, Any]) -> None:
    provider = dict(attributes(schema["provider"]["block"], ""))
    for name in (".access_key", ".secret_key", ".token"):
        assert provider[name].get("sensitive"), name


def test_no_secret_in_log_state_or_output(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """At the loudest log level, with the secret in the configuration and a failing call."""
    keys = {"access_key": account.id, "secret_key": SECRET, "token": f"{SECRET}-token"}
    provider = block("provider", "kafka", body=keys)
    terraform.write(REQUIRED_PROVIDERS, provider, resource(orders(network, count=1)))
    log = terraform.folder / "terraform.log"
    loud = {"TF_LOG": "trace", "TF_LOG_PATH": str(log)}
    control.fault("CreateListener", code="AccessDenied", message="no", status=403, times=100)
    first = terraform.try_apply(env=loud).expect(1)
    control.no_faults()
    terraform.run("untaint", ADDRESS, env=loud).expect(0)
    second = terraform.apply(env=loud)
    written = log.read_text(errors="replace")
    assert "CreateListener" in written or "provider.terraform-provider-kafka" in written
    state = (terraform.folder / "terraform.tfstate").read_text()
    for place, text in {
        "log": written,
        "state": state,
        "first": first.text,
        "second": second.text,
    }.items():
        lines = [line for line in text.splitlines() if SECRET in line]
        assert lines == [], f"{place}: {lines[:3]}"


def test_quiet_unless_asked(control: Control, network: Network, terraform: Workspace) -> None:
    """Nothing of the provider reaches the user's terminal but diagnostics."""
    done = terraform.write(configuration(orders(network, count=1))).apply()
    assert done.stderr == "" and done.diagnostics == []
    assert all(line.startswith("{") for line in done.stdout.splitlines())
