"""The text that the kernel is given."""

import re

import pytest

from wire.flows import carried
from wire.observation import (
    DRAINING,
    INITIAL,
    UNHEALTHY,
    Group,
    Interface,
    Listener,
    Observation,
    Rule,
)
from wire.ruleset import counted, counter, render
from wire.tests.paths import ENDPOINT_ADDRESS, LINK, NODE, ONE, TWO, in_state, path


def rules(observation: Observation, chain: str) -> list[str]:
    """Rules of one chain without their head."""
    text = render(observation, carried(observation, {}), LINK)
    head = f"add rule ip privatelink {chain} "
    return [line.removeprefix(head) for line in text.splitlines() if line.startswith(head)]


def led_to(observation: Observation, port: int) -> list[str]:
    found = [line for line in rules(observation, "listeners") if f"tcp dport {port} " in line]
    return [re.sub(r".* dnat to ", "", line) for line in found]


def test_each_port_leads_to_its_broker_and_bootstrap_to_all() -> None:
    assert led_to(path(), 6001) == ["10.0.1.11:9094"]
    assert led_to(path(), 6002) == ["10.0.2.12:9094"]
    assert led_to(path(), 9091) == ["10.0.1.11:9094", "10.0.2.12:9094"]


def test_bootstrap_gives_every_target_the_same_share() -> None:
    first, last = [line for line in rules(path(), "listeners") if "dport 9091 " in line]
    assert "numgen random mod 2 == 0" in first
    assert "numgen" not in last


def test_only_the_endpoints_addresses_on_the_consumers_link_are_led_anywhere() -> None:
    for line in rules(path(), "listeners"):
        assert line.startswith(f'iifname "{LINK}" ip daddr {{ {ENDPOINT_ADDRESS} }} ')


def test_a_broker_hears_the_load_balancers_node_of_the_interfaces_zone() -> None:
    assert rules(path(), "nodes") == [
        f"ct status dnat ct original ip daddr {ENDPOINT_ADDRESS} snat to {NODE}"
    ]
    elsewhere = path(balancer={"nodes": (Interface("b", NODE),)})
    assert not rules(elsewhere, "listeners"), "no node in the interface's zone"


def test_an_unhealthy_or_new_target_gets_nothing_new_beside_a_healthy_one() -> None:
    for state in (UNHEALTHY, INITIAL, DRAINING):
        group = Group("all", (in_state(ONE, state), TWO))
        assert led_to(path(groups={"all": group}), 9091) == ["10.0.2.12:9094"]


def test_without_a_healthy_target_it_fails_open() -> None:
    group = Group("all", (in_state(ONE, UNHEALTHY), in_state(TWO, UNHEALTHY)))
    assert len(led_to(path(groups={"all": group}), 9091)) == 2


def test_security_groups_of_the_endpoint_let_in_exactly_their_ports() -> None:
    (line,) = rules(path(), "groups")
    assert line.endswith(
        "ct state new ip saddr . tcp dport != "
        "{ 10.9.0.0/16 . 6001-6002, 10.9.0.0/16 . 9091 } drop"
    )


def test_overlapping_rules_are_one_range() -> None:
    """While a port is taken away, the old range stands beside the new one."""
    rules_ = tuple(Rule(6001, last, "10.9.0.0/16") for last in (6003, 6004))
    (line,) = rules(path(endpoint={"ingress": rules_}), "groups")
    assert "!= { 10.9.0.0/16 . 6001-6004 } drop" in line


def test_an_endpoint_whose_groups_let_in_nothing_is_silent() -> None:
    (line,) = rules(path(endpoint={"ingress": ()}), "groups")
    assert line.endswith("ct state new drop")


def test_the_load_balancers_groups_count_only_where_they_are_enforced() -> None:
    assert len(rules(path(), "groups")) == 1
    enforced = path(balancer={"ingress": (Rule(6001, 6001, "10.9.0.0/16"),)})
    assert rules(enforced, "groups")[1].endswith("!= { 10.9.0.0/16 . 6001 } drop")
    assert rules(path(balancer={"ingress": ()}), "groups")[1].endswith("ct state new drop")


@pytest.mark.parametrize(
    ("egress", "leads"),
    [
        (None, True),
        ((Rule(9094, 9094, "10.0.0.0/16"),), True),
        ((Rule(9092, 9092, "10.0.0.0/16"),), False),
        ((Rule(9094, 9094, "10.0.2.0/24"),), False),
        ((), False),
    ],
)
def test_the_load_balancers_groups_must_let_out_to_the_target(
    egress: tuple[Rule, ...] | None, leads: bool
) -> None:
    found = [
        line for line in rules(path(balancer={"egress": egress}), "listeners") if " 6001 " in line
    ]
    assert [line.endswith("dnat to 10.0.1.11:9094") for line in found] == [leads]
    assert [line.endswith(" drop") for line in found] == [not leads]


def test_established_flows_are_accepted_one_by_one_and_all_others_reset() -> None:
    found = rules(path(), "flows")
    accepted = [line for line in found if line.endswith(" accept")]
    assert len(accepted) == 4, "6001, 6002, and 9091 to each of two"
    assert found[-1].endswith("reject with tcp reset")
    assert len(found) == 5


@pytest.mark.parametrize("closed", ["available", "accepted"])
def test_a_closed_endpoint_is_silent(closed: str) -> None:
    shut = path(endpoint={closed: False})
    assert not rules(shut, "listeners") and not rules(shut, "flows")
    assert rules(shut, "others") == [f'iifname "{LINK}" drop']


def test_a_port_without_listener_is_refused() -> None:
    observation = path(balancer={"listeners": (Listener(6001, "one"),)})
    assert not led_to(observation, 6002)
    refused, silent = rules(observation, "others")
    assert ENDPOINT_ADDRESS in refused and refused.endswith("reject with tcp reset")
    assert silent.endswith("drop")


def test_a_listener_whose_group_is_gone_leads_nowhere() -> None:
    assert not led_to(path(groups={"one": None}), 6001)


def test_equal_observations_are_equal_texts() -> None:
    assert render(path(), carried(path(), {}), LINK) == render(path(), carried(path(), {}), LINK)


def test_counters_can_be_read_back() -> None:
    assert counted(counter("orders-3-9f2c1a", 6003, ONE)) == ("orders-3-9f2c1a", 6003, "10.0.1.11")


def test_a_name_is_every_interface_of_the_endpoint_behind_it() -> None:
    assert path().addresses_of("kafka.test.com") == [ENDPOINT_ADDRESS]
    assert path().addresses_of("other.test.com") == []
