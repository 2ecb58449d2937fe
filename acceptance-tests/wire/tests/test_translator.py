"""What IPv6 clients reach."""

from dataclasses import replace

from wire import ruleset
from wire.observation import Alias, Interface, Observation, Rule, Target
from wire.tests.paths import path
from wire.translator import wanted


def dual_stack() -> Observation:
    """The path of the other tests, with IPv6 on the endpoint."""
    whole = path()
    [endpoint] = whole.endpoints
    interfaces = tuple(
        replace(item, ipv6=f"2001:db8::{number}")
        for number, item in enumerate(endpoint.interfaces, start=1)
    )
    rule = Rule(6001, 6003, "2001:db8::/56")
    endpoint = replace(endpoint, interfaces=interfaces, ingress_ipv6=(rule,))
    return replace(whole, endpoints=(endpoint,))


def test_every_port_of_every_interface_answers_over_ipv6() -> None:
    observation = dual_stack()
    [balancer] = observation.balancers
    ports = wanted(observation)
    places = {
        (item.ipv6, listener.port)
        for item in observation.endpoints[0].interfaces
        for listener in balancer.listeners
    }
    assert ports.keys() == places and places
    for way in ports.values():
        assert way.targets and all(isinstance(item, Target) for item in way.targets)
        assert way.node in {item.address for item in balancer.nodes}
    assert not wanted(path()), "without IPv6 nothing answers"
    [endpoint] = observation.endpoints
    assert not wanted(replace(observation, endpoints=(replace(endpoint, accepted=False),)))


def test_the_groups_open_what_they_say_and_nothing_else() -> None:
    text = ruleset.render_ipv6(dual_stack(), "e0")
    assert "ip6 saddr . tcp dport != { 2001:db8::/56 . 6001-6003 } drop" in text
    assert "ip6 daddr != { 2001:db8::1" in text
    # Nothing described is nothing reached.
    assert ruleset.render_ipv6(path(), "e0").endswith('iifname "e0" meta l4proto tcp drop\n')


def test_a_name_has_the_addresses_of_its_records() -> None:
    observation = dual_stack()
    [endpoint] = observation.endpoints

    def answers(*kinds: str) -> set[str]:
        aliases = tuple(Alias("kafka.test.com", endpoint.id, kind) for kind in kinds)
        return set(replace(observation, aliases=aliases).addresses_of("kafka.test.com"))

    four = {item.address for item in endpoint.interfaces}
    six = {item.ipv6 for item in endpoint.interfaces}
    assert (answers("A"), answers("AAAA"), answers("A", "AAAA")) == (four, six, four | six)
    assert Interface("a", "10.0.0.1").ipv6 == ""
