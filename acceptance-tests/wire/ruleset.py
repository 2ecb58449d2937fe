"""The load balancers as one nftables transaction: a pure function of what is carried.

NAT in the kernel fails as a flow-level load balancer fails: nothing accepts before the broker does,
a refusal or a timeout passes through as it is, and established flows live in conntrack, so that
replacing all rules at once disturbs nothing.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import replace

from wire.flows import Carried, Flow, candidates, ways
from wire.observation import Balancer, Endpoint, Interface, Listener, Observation, Rule, Target

TABLE = "ip privatelink"

_CHAINS = {
    "groups": "type filter hook prerouting priority mangle; policy accept;",
    "listeners": "type nat hook prerouting priority dstnat; policy accept;",
    "flows": "type filter hook forward priority filter; policy drop;",
    "nodes": "type nat hook postrouting priority srcnat; policy accept;",
    "others": "type filter hook input priority filter; policy accept;",
}


def render(observation: Observation, flows: Carried, link: str) -> str:
    """The text for `nft -f`. `link` is the interface that consumers are behind."""
    lines = [f"add table {TABLE}"]
    lines += [f"add chain {TABLE} {name} {{ {hook} }}" for name, hook in _CHAINS.items()]
    # Named counters survive the flush, and with them what every listener has led to so far.
    lines.append(f"flush table {TABLE}")
    for endpoint, balancer in ways(observation):
        lines += _endpoint(observation, endpoint, balancer, link)
    lines += _flows(observation, flows)
    lines += _others(observation, link)
    return "\n".join(lines) + "\n"


TABLE_IPV6 = "ip6 privatelink6"


def render_ipv6(observation: Observation, link: str) -> str:
    """Who reaches the interfaces over IPv6, where `translator.py` answers: security groups are silent,
    and nothing else is within reach of consumers. Only TCP is held back: neighbours must be found."""
    lines = [
        f"add table {TABLE_IPV6}",
        f"add chain {TABLE_IPV6} groups {{ {_CHAINS['others']} }}",
        f"flush table {TABLE_IPV6}",
    ]
    head = f'iifname "{link}" meta l4proto tcp'
    reachable: list[str] = []
    for endpoint in observation.endpoints:
        addresses = sorted(item.ipv6 for item in endpoint.interfaces if item.ipv6)
        if not endpoint.open or not addresses:
            continue
        reachable += addresses
        allowed = ", ".join(f"{item.block} . {_span(item)}" for item in _merged(endpoint.ingress_ipv6))
        unless = f" ip6 saddr . tcp dport != {{ {allowed} }}" if allowed else ""
        there = "{ " + ", ".join(addresses) + " }"
        lines.append(
            f"add rule {TABLE_IPV6} groups {head} ip6 daddr {there} ct state new{unless} drop"
        )
    others = f" ip6 daddr != {{ {', '.join(sorted(reachable))} }}" if reachable else ""
    lines.append(f"add rule {TABLE_IPV6} groups {head}{others} drop")
    return "\n".join(lines) + "\n"


def counter(balancer: str, port: int, target: Target) -> str:
    """The name of the counter; nft's names take no hyphen, and a load balancer's no underscore."""
    return f"nlb/{balancer.replace('-', '_')}/{port}/{target.address}/{target.port}"


def counted(name: str) -> tuple[str, int, str]:
    """Load balancer, port and target's address of a counter."""
    _, balancer, port, address, _ = name.split("/")
    return balancer.replace("_", "-"), int(port), address


def _endpoint(
    observation: Observation, endpoint: Endpoint, balancer: Balancer, link: str
) -> Iterator[str]:
    nodes = {item.zone: item.address for item in balancer.nodes}
    # AWS PrivateLink guide, "Access an AWS service using an interface endpoint": an interface
    # leads to the load balancer's node in its own zone.
    interfaces = [item for item in endpoint.interfaces if item.zone in nodes]
    if not interfaces:
        return
    head = f'iifname "{link}" ip daddr {_addresses(interfaces)}'
    yield from _groups(head, endpoint.ingress)
    if balancer.ingress is not None:
        yield from _groups(head, balancer.ingress)
    for listener in balancer.listeners:
        yield from _listener(observation, balancer, listener, head)
    for item in interfaces:
        match = f"ct status dnat ct original ip daddr {item.address}"
        yield _rule("nodes", f"{match} snat to {nodes[item.zone]}")


def _groups(head: str, rules: tuple[Rule, ...]) -> Iterator[str]:
    """Security groups are stateful, and silent: what they do not let in gets no answer."""
    allowed = ", ".join(f"{item.block} . {_span(item)}" for item in _merged(rules))
    unless = f" ip saddr . tcp dport != {{ {allowed} }}" if allowed else ""
    yield _rule("groups", f"{head} ct state new{unless} drop")


def _merged(rules: tuple[Rule, ...]) -> list[Rule]:
    """The same ports without overlap, which groups may have and a set of the kernel may not."""
    merged: list[Rule] = []
    for rule in sorted(rules, key=lambda item: (item.block, item.first, item.last)):
        if merged and merged[-1].block == rule.block and rule.first <= merged[-1].last + 1:
            merged[-1] = replace(merged[-1], last=max(merged[-1].last, rule.last))
        else:
            merged.append(rule)
    return merged


def _listener(
    observation: Observation, balancer: Balancer, listener: Listener, head: str
) -> Iterator[str]:
    group = observation.groups.get(listener.group)
    targets = candidates(group) if group else ()
    for index, target in enumerate(targets):
        name = counter(balancer.name, listener.port, target)
        yield f"add counter {TABLE} {name}"
        left = len(targets) - index
        # The last one takes what is left: every target gets the same share.
        share = f" numgen random mod {left} == 0" if left > 1 else ""
        match = f"{head} tcp dport {listener.port}{share}"
        if _lets_out(balancer, target):
            to = f"dnat to {target.address}:{target.port}"
            yield _rule("listeners", f"{match} counter name {name} {to}")
        else:
            yield _rule("listeners", f"{match} drop")


def _lets_out(balancer: Balancer, target: Target) -> bool:
    address = ipaddress.ip_address(target.address)
    return balancer.egress is None or any(
        address in ipaddress.ip_network(rule.block) and rule.first <= target.port <= rule.last
        for rule in balancer.egress
    )


def _flows(observation: Observation, flows: Carried) -> Iterator[str]:
    opened = _open_addresses(observation)
    for flow in sorted(flows):
        addresses = opened.get(flow.endpoint)
        if addresses:
            yield _rule("flows", f"{_match(flow, addresses)} accept")
    everything = [item for items in opened.values() for item in items]
    if everything:
        # What is no longer carried is told so; a closed endpoint is silent.
        yield _rule(
            "flows",
            f"ct original ip daddr {_addresses(everything)} meta l4proto tcp "
            "reject with tcp reset",
        )


def _match(flow: Flow, addresses: list[Interface]) -> str:
    return (
        f"meta l4proto tcp ct original ip daddr {_addresses(addresses)} "
        f"ct original proto-dst {flow.port} "
        f"ct reply ip saddr {flow.address} ct reply proto-src {flow.target_port}"
    )


def _others(observation: Observation, link: str) -> Iterator[str]:
    """What no listener took. Nothing else of the load balancer is within reach of consumers."""
    everything = [item for items in _open_addresses(observation).values() for item in items]
    if everything:
        yield _rule(
            "others",
            f'iifname "{link}" ip daddr {_addresses(everything)} meta l4proto tcp '
            "reject with tcp reset",
        )
    yield _rule("others", f'iifname "{link}" drop')


def _open_addresses(observation: Observation) -> dict[str, list[Interface]]:
    return {item.id: list(item.interfaces) for item in observation.endpoints if item.open}


def _rule(chain: str, text: str) -> str:
    return f"add rule {TABLE} {chain} {text}"


def _addresses(interfaces: list[Interface]) -> str:
    return "{ " + ", ".join(sorted(item.address for item in interfaces)) + " }"


def _span(rule: Rule) -> str:
    return str(rule.first) if rule.first == rule.last else f"{rule.first}-{rule.last}"
