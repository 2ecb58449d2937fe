"""Network interfaces that AWS keeps for load balancers and endpoints.

They hold on to their subnet and security groups, and linger for a while after their owner is
gone: deleting the group is a DependencyViolation until then.
EC2 API Reference, "Error codes": DependencyViolation.
"""

import ipaddress
import random
from dataclasses import dataclass

from sandbox import clock
from sandbox.accounts import Account, Region
from sandbox.ec2 import networks


@dataclass
class Lingering:
    """An interface whose owner is gone."""

    interface_id: str
    until: float


def create(
    region: Region, subnet: networks.Subnet, group_ids: list[str], description: str, kind: str
) -> str:
    """A requester-managed interface with an address of its subnet; returns its id."""
    made = networks.backend(region).create_network_interface(
        subnet.id,
        _free_address(region, subnet),
        group_ids=group_ids or None,
        description=description,
    )
    if not group_ids:
        # moto gives the default group to an interface without groups; a load balancer born
        # without groups has none.
        made._group_set = []
    made.interface_type = kind
    made.requester_managed = True
    made.status = "in-use"
    return made.id


def set_groups(region: Region, interface_ids: list[str], group_ids: list[str]) -> None:
    for interface_id in interface_ids:
        found = networks.backend(region).enis.get(interface_id)
        if found:
            found._group_set = [networks.security_group(region, group) for group in group_ids]


def set_ipv6(region: Region, interface_id: str, subnet: networks.Subnet, wanted: bool) -> None:
    """An address of the subnet's IPv6 block, or none. One that is there stays as it is."""
    found = networks.backend(region).enis.get(interface_id)
    if found is None or bool(found.ipv6_addresses) == wanted:
        return
    if not wanted or subnet.ipv6_cidr is None:
        found.ipv6_addresses = []
        return
    block = ipaddress.ip_network(subnet.ipv6_cidr)
    found.ipv6_addresses = [str(block.network_address + random.randrange(16, 2**32))]


def address(region: Region, interface_id: str) -> str | None:
    found = networks.backend(region).enis.get(interface_id)
    return found.private_ip_address if found else None


def release(region: Region, interface_ids: list[str]) -> None:
    """Marks the interfaces as ownerless; they vanish after `interface_release` seconds."""
    until = clock.after(region.account.timing.provisioning.interface_release)
    for interface_id in interface_ids:
        region.all(Lingering)[interface_id] = Lingering(interface_id, until)
    release_due(region.account)


def release_due(account: Account) -> None:
    for region in account.regions():
        for item in list(region.all(Lingering).values()):
            if clock.passed(item.until):
                networks.backend(region).enis.pop(item.interface_id, None)
                del region.all(Lingering)[item.interface_id]


def users_of_group(region: Region, group_id: str) -> list[str]:
    return [
        item.id
        for item in networks.backend(region).enis.values()
        if any(group is not None and group.id == group_id for group in item.group_set)
    ]


def users_of_subnet(region: Region, subnet_id: str) -> list[str]:
    return [
        item.id for item in networks.backend(region).enis.values() if item.subnet.id == subnet_id
    ]


def _free_address(region: Region, subnet: networks.Subnet) -> str:
    block = ipaddress.ip_network(subnet.cidr)
    taken = {item.private_ip_address for item in networks.backend(region).enis.values()}
    # AWS VPC User Guide, "Subnet CIDR blocks": the first four addresses and the last are reserved.
    while True:
        offset = random.randrange(4, block.num_addresses - 1)
        candidate = str(block.network_address + offset)
        if candidate not in taken:
            return candidate
