"""The endpoint speaks both families, and then IPv4 alone again."""

import socket

from harness.network import add_ipv6
from wire import identity, reach
from wire.paths import MTLS_ADDRESS
from wire.reach import NO_WAY, OPEN, SILENT
from wire.report import told
from wire.stage import Stage


def both_families(stage: Stage) -> None:
    add_ipv6(stage.account, stage.vpcs.kafka)
    stage.network.add_ipv6(add_ipv6(stage.account, stage.vpcs.client))
    host, bootstrap = stage.paths.bootstrap(MTLS_ADDRESS)
    assert not _addresses(stage, host), "there is no AAAA record yet"
    stage.paths.apply(address_type="dualstack")

    described = stage.data_plane.until(
        lambda item: any(_is_ipv6(each) for each in item.addresses_of(host)), "an AAAA record"
    ).addresses_of(host)
    resolved = _addresses(stage, host)
    assert resolved and resolved == sorted(filter(_is_ipv6, described)), (resolved, described)
    assert stage.as_consumer(lambda: reach.addresses(host)), "the A record stays"
    told(f"{host} is {', '.join(resolved)} as well")

    advertised = stage.paths.advertised(MTLS_ADDRESS)
    for address in resolved:
        assert _dial(stage, address, bootstrap) == OPEN
        assert _dial(stage, address, 22) == SILENT, "the security group opens the listeners alone"
        for node, (_, port) in advertised.items():
            for other in advertised:
                there = _is_node(stage, host, address, port, other)
                assert there == (other == node), f"[{address}]:{port} is node {other}: {there}"
    told(f"over IPv6 each port of {len(resolved)} interfaces leads to exactly its node")

    stage.paths.apply(address_type="ipv4")
    stage.eventually(lambda: not _addresses(stage, host), "the AAAA record is gone")
    stage.eventually(
        lambda: all(_dial(stage, item, bootstrap) in (NO_WAY, SILENT) for item in resolved),
        "the addresses are gone",
    )
    stage.ready()
    told("back on IPv4 the AAAA record and the addresses are gone, and the A record leads on")


def _addresses(stage: Stage, host: str) -> list[str]:
    return stage.as_consumer(lambda: reach.addresses(host, socket.AF_INET6))


def _is_ipv6(address: str) -> bool:
    return ":" in address


def _dial(stage: Stage, address: str, port: int) -> str:
    return stage.as_consumer(lambda: reach.dial(address, port))


def _is_node(stage: Stage, host: str, address: str, port: int, node: int) -> bool:
    tls = stage.tls()
    return stage.as_consumer(
        lambda: identity.is_node(host, port, node, tls, address=address)
    )
