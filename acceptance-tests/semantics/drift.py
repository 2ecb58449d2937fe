"""What somebody changes behind Terraform's back, where a plan shows it, and its repair."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.configuration import ADDRESS
from harness.path import read_path
from semantics.document import differing
from semantics.ground import Ground, Plot, Standing, whole

Path = dict[str, Any]


@dataclass(frozen=True)
class Drift:
    name: str
    damage: Callable[[Ground, Path], None]
    places: tuple[str, ...]
    """Arguments and keys of `drift` that differ in the plan, as the document names them."""


@dataclass(frozen=True)
class Round:
    """Drifts that do not disturb each other: one plan sees them, one apply repairs them."""

    name: str
    drifts: tuple[Drift, ...]
    plot: Plot = whole


# What AWS decides follows from what was damaged, and is no place where a user would look.
_DECIDED = (
    "id",
    "service_name",
    "service_availability_zone_ids",
    "bootstrap_servers",
    "advertised_listeners",
    "load_balancer_arn",
    "load_balancer_dns_name",
    "load_balancer_security_group_id",
    "target_group_arns",
    "listener_arns",
    "endpoint.id",
    "endpoint.state",
    "endpoint.dns_name",
    "endpoint.hosted_zone_id",
    "endpoint.managed_security_group_id",
    "endpoint.network_interface_ids",
)


def suffer(chosen: Round, standing: Standing) -> None:
    before, healthy = read_path(standing.account), standing.shape()
    for drift in chosen.drifts:
        drift.damage(standing.ground, before)
    plan = standing.terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    expected = {place for drift in chosen.drifts for place in drift.places}
    assert places(plan.change(ADDRESS)) == expected
    standing.terraform.apply("plan.bin")
    standing.control.no_faults()
    assert standing.terraform.attributes()["drift"] == {}
    repaired = standing.shape()
    assert {label: repaired.get(label) for label in healthy} == healthy
    # What a damage needed was made with it, and is not ours.
    assert not {label for label in repaired.keys() - healthy.keys() if "/" in label[:20]}
    after = read_path(standing.account)
    assert after["service"]["ServiceId"] == before["service"]["ServiceId"]
    if after["endpoint"]:
        assert after["endpoint"]["State"] == "available"
    standing.terraform.plan_is_empty()


def places(change: dict[str, Any]) -> set[str]:
    """Where what was found differs from what is planned."""
    found = differing(change["before"], change["after"])
    return {place for place in found if not place.startswith(_DECIDED)}
