"""From nothing to a path, unchanged through plans and refreshes, through imports, and away."""

from collections.abc import Callable
from typing import Any

import pytest

from harness import hcl
from harness.aws import Account, Control
from harness.configuration import ADDRESS, configuration, name, orders, service_side
from harness.hcl import Expression
from harness.network import Network
from harness.path import inventory
from harness.terraform import Workspace

NewWorkspace = Callable[[str], Workspace]
# AWS does not hold these, so an import cannot know them.
NOT_IN_AWS = {"timeouts"}


@pytest.mark.matrix
@pytest.mark.live
def test_apply_plan_refresh_plan_destroy(
    account: Account, network: Network, terraform: Workspace
) -> None:
    before = inventory(account)
    terraform.write(configuration(orders(network))).apply()
    applied = terraform.attributes()
    terraform.plan_is_empty()
    terraform.refresh_only()
    assert terraform.attributes() == applied
    terraform.plan_is_empty()
    assert inventory(account) != before
    terraform.destroy()
    assert inventory(account) == before
    assert terraform.state()["resources"] == []


def test_an_empty_plan_writes_nothing(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network))).apply()
    control.forget_calls()
    terraform.plan_is_empty()
    terraform.apply()
    assert control.writes() == []


@pytest.mark.matrix
@pytest.mark.live
def test_import_by_ids_and_by_name(
    network: Network, terraform: Workspace, new_workspace: NewWorkspace
) -> None:
    """The command into an empty folder: the same attributes, and nothing to change."""
    text = configuration(orders(network))
    terraform.write(text).apply()
    made = terraform.attributes()
    ids = {
        "by-ids": f"{made['id']},{made['endpoint']['id']}",
        "by-name": name(),
    }
    for folder, identifier in ids.items():
        imported = new_workspace(folder).write(text)
        imported.run("import", "-input=false", "-no-color", ADDRESS, identifier).expect(0)
        assert differences(made, imported.attributes()) == {}, identifier
        imported.plan_is_empty()
        # The first folder alone owns what is cleaned up after a live run.
        (imported.folder / "terraform.tfstate").unlink()


def test_import_of_the_service_side_by_service_id(
    control: Control, network: Network, terraform: Workspace, new_workspace: NewWorkspace
) -> None:
    text = configuration(service_side(network, count=2))
    terraform.write(text).apply()
    imported = new_workspace("imported").write(text)
    control.forget_calls()
    made = terraform.attributes()
    imported.run("import", "-input=false", "-no-color", ADDRESS, made["id"]).expect(0)
    # Without an alias the host name is known by a tag of the service.
    assert differences(made, imported.attributes()) == {}
    imported.plan_is_empty()
    assert control.writes() == []


def test_import_block(
    control: Control, network: Network, terraform: Workspace, new_workspace: NewWorkspace
) -> None:
    text = configuration(orders(network))
    terraform.write(text).apply()
    made = terraform.attributes()
    identifier = f"{made['id']},{made['endpoint']['id']}"
    imported = new_workspace("imported").write(
        text, hcl.block("import", body={"to": Expression(ADDRESS), "id": identifier})
    )
    control.forget_calls()
    assert imported.plan().actions(ADDRESS) == ["no-op"]
    imported.apply()
    assert differences(made, imported.attributes()) == {}
    imported.plan_is_empty()
    assert control.writes() == []


def test_an_imported_path_is_destroyed_whole(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    new_workspace: NewWorkspace,
) -> None:
    before = inventory(account)
    text = configuration(orders(network))
    terraform.write(text).apply()
    imported = new_workspace("imported").write(text)
    imported.run("import", "-input=false", ADDRESS, name()).expect(0)
    imported.destroy()
    assert inventory(account) == before


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("vpce-svc-0123456789abcdef0", "vpce-svc-0123456789abcdef0"),
        ("nobody", "nobody"),
        ("Not an id", "Not an id"),
        ("vpce-svc-0123456789abcdef0,vpce-svc-1", "vpce-"),
    ],
)
def test_import_of_what_is_not_there(
    control: Control, network: Network, terraform: Workspace, identifier: str, said: str
) -> None:
    terraform.write(configuration(service_side(network)))
    failed = terraform.run("import", "-input=false", "-no-color", ADDRESS, identifier).expect(1)
    assert said in " ".join(failed.stderr.split())
    assert terraform.state()["resources"] == []
    assert control.writes() == []


def test_another_owners_path_is_refused_before_the_first_write(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    new_workspace: NewWorkspace,
) -> None:
    text = configuration(orders(network))
    terraform.write(text).apply()
    held = inventory(account)
    second = new_workspace("second").write(text)
    control.forget_calls()
    refused = second.apply_fails().text
    assert control.writes() == []
    assert inventory(account) == held
    assert terraform.attributes()["id"] in refused
    assert "terraform import" in refused
    assert "create_before_destroy" in refused
    terraform.plan_is_empty()


def test_destroy_when_everything_is_gone_already(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    new_workspace: NewWorkspace,
) -> None:
    text = configuration(service_side(network))
    terraform.write(text).apply()
    state = (terraform.folder / "terraform.tfstate").read_bytes()
    terraform.destroy()
    late = new_workspace("late").write(text)
    (late.folder / "terraform.tfstate").write_bytes(state)
    late.destroy()
    assert late.state()["resources"] == []


def test_a_destroyed_path_can_be_made_again(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Idempotency tokens of yesterday's run must not answer for today's."""
    before = inventory(account)
    terraform.write(configuration(orders(network)))
    terraform.apply()
    first = terraform.attributes()["id"]
    terraform.destroy()
    terraform.apply()
    assert terraform.attributes()["id"] != first
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == before


def differences(made: dict[str, Any], imported: dict[str, Any]) -> dict[str, Any]:
    return {
        key: (made[key], imported.get(key))
        for key in made
        if key not in NOT_IN_AWS and made[key] != imported.get(key)
    }
