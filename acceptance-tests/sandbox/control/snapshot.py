"""Everything an account holds, as plain data: for "nothing is left" and "this was not touched".

What is computed from the clock, such as states, is left out: two snapshots are equal exactly if
nothing was written in between.
"""

from dataclasses import fields, is_dataclass
from typing import Any

from sandbox.accounts import GLOBAL, Account, Region
from sandbox.ec2 import networks, tagging
from sandbox.ec2.endpoint import Endpoint
from sandbox.ec2.endpoint_service import EndpointService
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.elbv2.listener import Listener
from sandbox.elbv2.target_group import TargetGroup
from sandbox.route53.zone import HostedZone

_KINDS = {
    "load_balancers": LoadBalancer,
    "listeners": Listener,
    "target_groups": TargetGroup,
    "endpoint_services": EndpointService,
    "endpoints": Endpoint,
    "hosted_zones": HostedZone,
}
_OWNERS = ("region", "account")


def take(account: Account) -> dict[str, dict[str, Any]]:
    """Region -> kind -> id or ARN -> fields. Hosted zones are under the region "global"."""
    found: dict[str, dict[str, Any]] = {}
    for region in account.regions():
        kinds = {name: _objects(region, kind) for name, kind in _KINDS.items()}
        if region.name != GLOBAL:
            kinds["security_groups"] = _security_groups(region)
        found[region.name] = {name: objects for name, objects in kinds.items() if objects}
    return {name: kinds for name, kinds in found.items() if kinds}


def _objects(region: Region, kind: type) -> dict[str, Any]:
    found = {key: _plain(item) for key, item in region.all(kind).items()}
    if kind in (EndpointService, Endpoint):
        for key, item in found.items():
            item["tags"] = tagging.of(region, key)
    return found


def _security_groups(region: Region) -> dict[str, Any]:
    """All but the default groups, with their rules."""
    return {
        group.id: {
            "name": group.name,
            "vpc_id": group.vpc_id,
            "tags": tagging.of(region, group.id),
            "rules": sorted(
                [
                    [rule.id, rule.is_egress, rule.ip_protocol, rule.from_port, rule.to_port]
                    + [rule.ip_range, rule.source_group, rule.prefix_list_id]
                    for rule in [*group.ingress_rules, *group.egress_rules]
                ],
                key=lambda rule: rule[0],
            ),
        }
        for in_vpc in networks.backend(region).groups.values()
        for group in in_vpc.values()
        if group.name != "default"
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        names = [item.name for item in fields(value) if item.name not in _OWNERS]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _key(key: Any) -> str:
    """Keys of several parts, such as (id, port) of a target, become one text."""
    if isinstance(key, tuple):
        return ":".join(str(part) for part in key if part is not None)
    return str(key)
