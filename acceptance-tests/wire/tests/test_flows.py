"""Which connections begin, live on and end."""

import pytest

from wire.flows import Flow, candidates, carried
from wire.observation import DRAINING, HEALTHY, INITIAL, UNHEALTHY, Group, Listener, Observation
from wire.tests.paths import ONE, TWO, in_state, path


def to(port: int, address: str) -> Flow:
    return Flow("vpce-1", "arn:nlb", port, address, 9094)


OWN = to(6001, "10.0.1.11")
BY_BOOTSTRAP = to(9091, "10.0.1.11")


def after(observation: Observation) -> set[Flow]:
    """What is carried of a path that was whole before."""
    return set(carried(observation, carried(path(), {})))


@pytest.mark.parametrize(
    ("one", "two", "chosen"),
    [
        (HEALTHY, HEALTHY, {"10.0.1.11", "10.0.2.12"}),
        (HEALTHY, UNHEALTHY, {"10.0.1.11"}),
        (HEALTHY, INITIAL, {"10.0.1.11"}),
        # Nothing is healthy: fail open, to all that are registered.
        (UNHEALTHY, INITIAL, {"10.0.1.11", "10.0.2.12"}),
        (UNHEALTHY, DRAINING, {"10.0.1.11"}),
        (DRAINING, DRAINING, set()),
        (HEALTHY, "unused", {"10.0.1.11"}),
    ],
)
def test_new_connections_go_to_healthy_targets_or_fail_open(
    one: str, two: str, chosen: set[str]
) -> None:
    group = Group("all", (in_state(ONE, one), in_state(TWO, two)))
    assert {item.address for item in candidates(group)} == chosen


def test_a_draining_target_keeps_its_connections() -> None:
    draining = Group("one", (in_state(ONE, DRAINING),))
    assert OWN in after(path(groups={"one": draining}))


def test_they_end_with_deregistration_where_connection_termination_is_on() -> None:
    assert OWN not in after(path(groups={"one": Group("one")}))


def test_they_go_on_where_it_is_off() -> None:
    kept = path(groups={"one": Group("one", (ONE,), ends_deregistered=False)})
    gone = path(groups={"one": Group("one", ends_deregistered=False)})
    assert OWN in carried(gone, carried(kept, {}))
    assert OWN not in carried(gone, {}), "a flow that never was"


def test_connections_to_an_unhealthy_target_end_unless_the_group_fails_open() -> None:
    ill = in_state(ONE, UNHEALTHY)
    observation = path(groups={"all": Group("all", (ill, TWO)), "one": Group("one", (ill,))})
    assert BY_BOOTSTRAP not in after(observation)
    assert OWN in after(observation), "the only target of its group: fail open"
    kept = Group("all", (ill, TWO), ends_unhealthy=False)
    assert BY_BOOTSTRAP in after(path(groups={"all": kept}))


def test_a_listener_that_points_elsewhere_keeps_its_connections_until_deregistration() -> None:
    listeners = (Listener(6001, "two"), Listener(6002, "two"), Listener(9091, "all"))
    moved = path(balancer={"listeners": listeners})
    assert {OWN, to(6001, "10.0.2.12")} <= after(moved)
    deregistered = path(balancer={"listeners": listeners}, groups={"one": Group("one")})
    assert OWN not in after(deregistered)


def test_connections_end_with_their_listener() -> None:
    left = path(balancer={"listeners": (Listener(6002, "two"), Listener(9091, "all"))})
    assert OWN not in after(left)
    assert BY_BOOTSTRAP in after(left)


@pytest.mark.parametrize("closed", ["available", "accepted"])
def test_a_closed_endpoint_carries_nothing(closed: str) -> None:
    assert not after(path(endpoint={closed: False}))


def test_nothing_goes_through_a_load_balancer_that_is_not_active() -> None:
    assert not after(path(balancer={"active": False}))
    assert not after(path(endpoint={"balancers": ()}))
