"""When a target's state changes."""

from wire.health import Health, Subject, step, subjects
from wire.observation import (
    DRAINING,
    HEALTHY,
    INITIAL,
    UNHEALTHY,
    Group,
    HealthCheck,
    Listener,
    Observation,
)
from wire.tests.paths import NODE, ONE, TWO, in_state, path

CHECK = HealthCheck(healthy_threshold=2, unhealthy_threshold=3)


def states(begin: Health, answers: list[bool]) -> list[str]:
    found = []
    for answered in answers:
        begin = step(begin, CHECK, answered)
        found.append(begin.state)
    return found


def test_a_state_changes_after_its_threshold() -> None:
    assert states(Health(), [True, True]) == [INITIAL, HEALTHY]
    assert states(Health(HEALTHY), [False] * 3) == [HEALTHY, HEALTHY, UNHEALTHY]


def test_an_answer_that_agrees_starts_the_count_anew() -> None:
    answers = [False, False, True, False, False]
    assert states(Health(HEALTHY), answers) == [HEALTHY] * 5


def checked(observation: Observation) -> set[Subject]:
    return set(subjects(observation))


def test_registered_targets_of_groups_in_use_are_checked_from_the_load_balancer() -> None:
    only = path(balancer={"listeners": (Listener(6001, "one"),)})
    assert checked(only) == {Subject("one", ONE.address, 9094, 9094, NODE)}
    draining = path(groups={"all": Group("all", (in_state(ONE, DRAINING), TWO))})
    assert ("all", ONE.address) not in {(item.group, item.address) for item in checked(draining)}


def test_the_check_has_its_own_port_where_the_group_says_so() -> None:
    group = Group("one", (ONE,), check=HealthCheck(port=8080))
    only = path(balancer={"listeners": (Listener(6001, "one"),)}, groups={"one": group})
    assert {item.check_port for item in checked(only)} == {8080}
