"""Create, describe and delete network load balancers."""

import re
from typing import Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.ec2 import interfaces, networks
from sandbox.ec2.endpoint_service import service_of_load_balancer
from sandbox.elbv2 import balancer, placement, tag_rules
from sandbox.elbv2.attributes import LOAD_BALANCER_DEFAULTS
from sandbox.elbv2.balancer import LoadBalancer, Zone
from sandbox.elbv2.listener import Listener, forget_listener
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import Call, action

# ELB User Guide, "Quotas for your Network Load Balancers": 50 in a region.
QUOTA = 50


@action("elbv2", "CreateLoadBalancer")
def create_load_balancer(call: Call) -> dict[str, Any]:
    if call.get("Type", "application") != "network":
        raise AwsError(
            "InvalidConfigurationRequest", "The sandbox models load balancers of type 'network'"
        )
    name = call["Name"]
    check_name(name, "Load balancer")
    balancer.sweep(call.region)
    request = _request(call)
    existing = _by_name(call.region, name)
    if existing:
        if existing.request == request:
            # ELB API Reference, CreateLoadBalancer: "This operation is idempotent, which means
            # that it completes at most one time."
            return {"LoadBalancers": [existing.document()]}
        raise AwsError(
            "DuplicateLoadBalancerName",
            f"A load balancer with the same name '{name}' exists, but with different settings",
        )
    if len(call.all(LoadBalancer)) >= QUOTA:
        raise AwsError("TooManyLoadBalancers", "The maximum number of load balancers was reached")
    requests = placement.subnet_requests(call.params)
    subnets = placement.subnets(call.region, requests, request["scheme"])
    placement.check_space(call.region, subnets)
    placement.check_address_type(request["ip_address_type"], subnets)
    groups = list(call.get("SecurityGroups") or [])
    placement.check_groups(call.region, subnets[0].vpc_id, groups)
    made = LoadBalancer(
        region=call.region,
        name=name,
        scheme=request["scheme"],
        vpc_id=subnets[0].vpc_id,
        ip_address_type=request["ip_address_type"],
        security_groups=groups,
        born_with_groups=bool(groups),
        tags=tag_rules.as_dict(call.get("Tags")),
        request=request,
        attributes=dict(LOAD_BALANCER_DEFAULTS),
    )
    # ELB API Reference, LoadBalancerAttribute: true for internal load balancers.
    made.attributes["ipv6.deny_all_igw_traffic"] = str(made.scheme == "internal").lower()
    made.zones = [
        zone_in(made, subnet, mapping) for subnet, mapping in zip(subnets, requests, strict=True)
    ]
    call.all(LoadBalancer)[made.arn] = made
    return {"LoadBalancers": [made.document()]}


@action("elbv2", "DescribeLoadBalancers")
def describe_load_balancers(call: Call) -> dict[str, Any]:
    arns, names = call.get("LoadBalancerArns"), call.get("Names")
    if arns and names:
        raise AwsError(
            "ValidationError", "Load balancer names and ARNs cannot be specified at the same time"
        )
    balancer.sweep(call.region)
    seen = [item for item in call.all(LoadBalancer).values() if item.visible]
    if arns or names:
        asked = set(arns or names)
        seen = [item for item in seen if (item.arn if arns else item.name) in asked]
        if len(seen) < len(asked):
            # One missing fails the whole call. ELB API Reference: LoadBalancerNotFound.
            raise AwsError("LoadBalancerNotFound", "One or more load balancers not found")
    items, marker = page(seen, lambda item: item.arn, call.get("PageSize"), call.get("Marker"), 400)
    return {"LoadBalancers": [item.document() for item in items], "NextMarker": marker}


@action("elbv2", "DeleteLoadBalancer")
def delete_load_balancer(call: Call) -> None:
    found = call.all(LoadBalancer).get(call["LoadBalancerArn"])
    if not found or found.gone_at:
        # ELB API Reference, DeleteLoadBalancer: "If the load balancer does not exist or has
        # already been deleted, the call succeeds."
        return
    if found.attributes["deletion_protection.enabled"] == "true":
        # ELB API Reference, DeleteLoadBalancer: OperationNotPermitted.
        raise AwsError(
            "OperationNotPermitted",
            f"Load balancer '{found.arn}' cannot be deleted because deletion protection is enabled",
        )
    if service_of_load_balancer(found.arn):
        # ELB API Reference, DeleteLoadBalancer: ResourceInUse.
        raise AwsError(
            "ResourceInUse",
            f"Load balancer '{found.arn}' cannot be deleted because it is currently associated "
            "with another service",
        )
    for listener in list(call.all(Listener).values()):
        if listener.load_balancer_arn == found.arn:
            forget_listener(call.region, listener)
    found.gone_at = clock.after(call.account.timing.provisioning.load_balancer_deletion)
    interfaces.release(call.region, [zone.interface_id for zone in found.zones])
    balancer.sweep(call.region)


def zone_in(owner: LoadBalancer, subnet: networks.Subnet, mapping: dict[str, Any]) -> Zone:
    interface_id = interfaces.create(
        owner.region,
        subnet,
        owner.security_groups,
        f"ELB net/{owner.name}/{owner.hash}",
        "network_load_balancer",
    )
    return Zone(
        subnet.zone,
        subnet.zone_id,
        subnet.id,
        interface_id,
        mapping.get("PrivateIPv4Address"),
        clock.now(),
    )


def check_name(name: str, kind: str) -> None:
    """ELB API Reference, CreateLoadBalancer and CreateTargetGroup, Name."""
    if len(name) > 32:
        raise AwsError(
            "ValidationError", f"{kind} name '{name}' cannot be longer than '32' characters"
        )
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise AwsError(
            "ValidationError",
            f"{kind} name '{name}' can only contain characters that are alphanumeric characters "
            "and hyphens(-)",
        )
    if name.startswith("-") or name.endswith("-"):
        raise AwsError("ValidationError", f"{kind} name '{name}' cannot begin or end with '-'")
    if kind == "Load balancer" and name.startswith("internal-"):
        raise AwsError("ValidationError", f"{kind} name '{name}' cannot begin with 'internal-'")


def _request(call: Call) -> dict[str, Any]:
    subnets = call.get("SubnetMappings") or [
        {"SubnetId": item} for item in call.get("Subnets") or []
    ]
    return {
        "scheme": call.get("Scheme") or "internet-facing",
        "ip_address_type": call.get("IpAddressType") or "ipv4",
        "subnets": sorted(sorted(item.items()) for item in subnets),
        "groups": sorted(call.get("SecurityGroups") or []),
    }


def _by_name(region: Region, name: str) -> LoadBalancer | None:
    living = (item for item in region.all(LoadBalancer).values() if not item.gone_at)
    return next((item for item in living if item.name == name), None)
