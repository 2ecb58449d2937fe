"""Reads the paths of an account through Describe* and List* calls, as anybody could."""

from collections.abc import Iterable
from typing import Any, TypeVar

from harness.aws import Account
from harness.path import listeners_of, load_balancers, services, target_groups, zones
from wire.observation import (
    Alias,
    Balancer,
    Endpoint,
    Group,
    HealthCheck,
    Interface,
    Listener,
    Observation,
    Rule,
    Target,
)

Item = TypeVar("Item", Interface, Listener, Rule, Target)


def observe(account: Account, vpc: str) -> Observation:
    """What is within reach of consumers in that VPC. AWS lists in no order; here it is always the
    same, so that equal observations are equal rules."""
    rules, interfaces = _SecurityGroups(account), _Interfaces(account)
    return Observation(
        aliases=tuple(_aliases(account, vpc)),
        endpoints=tuple(_endpoints(account, vpc, rules, interfaces)),
        balancers=tuple(
            _balancer(account, item, rules, interfaces)
            for item in _by(load_balancers(account), "LoadBalancerArn")
        ),
        groups={item["TargetGroupArn"]: _group(account, item) for item in target_groups(account)},
    )


class _SecurityGroups:
    def __init__(self, account: Account):
        found = account.ec2.describe_security_groups()["SecurityGroups"]
        self._groups = {item["GroupId"]: item for item in found}

    def ingress(self, ids: list[str]) -> tuple[Rule, ...]:
        return self._rules(ids, "IpPermissions")

    def ingress_ipv6(self, ids: list[str]) -> tuple[Rule, ...]:
        return self._rules(ids, "IpPermissions", "Ipv6Ranges", "CidrIpv6")

    def egress(self, ids: list[str]) -> tuple[Rule, ...]:
        return self._rules(ids, "IpPermissionsEgress")

    def _rules(
        self, ids: list[str], key: str, ranges: str = "IpRanges", block_key: str = "CidrIp"
    ) -> tuple[Rule, ...]:
        return _sorted(
            Rule(
                permission.get("FromPort", 0) if permission["IpProtocol"] == "tcp" else 0,
                permission.get("ToPort", 65535) if permission["IpProtocol"] == "tcp" else 65535,
                block[block_key],
            )
            for group in ids
            for permission in self._groups.get(group, {}).get(key, [])
            if permission["IpProtocol"] in ("tcp", "-1")
            for block in permission[ranges]
        )


class _Interfaces:
    def __init__(self, account: Account):
        self._listed = account.ec2.describe_network_interfaces()["NetworkInterfaces"]

    def of_ids(self, ids: list[str]) -> tuple[Interface, ...]:
        return self._where("NetworkInterfaceId", ids)

    def described(self, text: str) -> tuple[Interface, ...]:
        return self._where("Description", [text])

    def _where(self, key: str, values: list[str]) -> tuple[Interface, ...]:
        found = [item for item in self._listed if item[key] in values]
        return _sorted(
            Interface(
                item["AvailabilityZone"],
                item["PrivateIpAddress"],
                next((each["Ipv6Address"] for each in item.get("Ipv6Addresses", [])), ""),
            )
            for item in found
        )


def _aliases(account: Account, vpc: str) -> list[Alias]:
    """Records of the zones that the VPC resolves, whose target is one of our endpoints' names."""
    listed = account.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    owner = {
        entry["DnsName"].lower(): item["VpcEndpointId"]
        for item in listed
        for entry in item.get("DnsEntries", [])
    }
    return [
        Alias(record["Name"].rstrip(".").lower(), owner[target], record["Type"])
        for zone in zones(account)
        if vpc in zone["Vpcs"]
        for record in zone["Records"]
        if record["Type"] in ("A", "AAAA") and "AliasTarget" in record
        for target in [record["AliasTarget"]["DNSName"].rstrip(".").lower()]
        if target in owner
    ]


def _endpoints(
    account: Account, vpc: str, rules: _SecurityGroups, interfaces: _Interfaces
) -> list[Endpoint]:
    listed = account.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    connections = account.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    accepted = {
        item["VpcEndpointId"]
        for item in connections
        if item["VpcEndpointState"].lower() == "available"
    }
    balancers = {
        item["ServiceName"]: tuple(item["NetworkLoadBalancerArns"])
        for item in services(account)
        if item["ServiceState"] == "Available"
    }
    return [
        Endpoint(
            id=item["VpcEndpointId"],
            available=item["State"].lower() == "available",
            accepted=item["VpcEndpointId"] in accepted,
            interfaces=interfaces.of_ids(item["NetworkInterfaceIds"]),
            ingress=rules.ingress([group["GroupId"] for group in item["Groups"]]),
            ingress_ipv6=rules.ingress_ipv6([group["GroupId"] for group in item["Groups"]]),
            balancers=balancers.get(item["ServiceName"], ()),
        )
        for item in _by(listed, "VpcEndpointId")
        if item["VpcId"] == vpc and item["State"].lower() != "deleted"
    ]


def _balancer(
    account: Account, item: dict[str, Any], rules: _SecurityGroups, interfaces: _Interfaces
) -> Balancer:
    groups = item.get("SecurityGroups")
    enforced = item.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic") != "off"
    return Balancer(
        arn=item["LoadBalancerArn"],
        name=item["LoadBalancerName"],
        active=item["State"]["Code"] == "active",
        # ELB guide: the interfaces of a load balancer are told by their description.
        nodes=interfaces.described(f"ELB {item['LoadBalancerArn'].split('loadbalancer/')[1]}"),
        listeners=_sorted(
            Listener(
                found["Port"], found["DefaultActions"][0]["TargetGroupArn"], found["Protocol"]
            )
            for found in listeners_of(account, item["LoadBalancerArn"])
        ),
        ingress=rules.ingress(groups) if groups and enforced else None,
        egress=rules.egress(groups) if groups else None,
    )


def _group(account: Account, item: dict[str, Any]) -> Group:
    arn = item["TargetGroupArn"]
    listed = account.elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    attributes = {attribute["Key"]: attribute["Value"] for attribute in listed}
    health = account.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    port = item["HealthCheckPort"]
    return Group(
        arn=arn,
        targets=_sorted(
            Target(found["Target"]["Id"], found["Target"]["Port"], found["TargetHealth"]["State"])
            for found in health
        ),
        ends_deregistered=attributes["deregistration_delay.connection_termination.enabled"]
        == "true",
        ends_unhealthy=attributes["target_health_state.unhealthy.connection_termination.enabled"]
        == "true",
        check=HealthCheck(
            port=None if port == "traffic-port" else int(port),
            interval=item["HealthCheckIntervalSeconds"],
            timeout=item["HealthCheckTimeoutSeconds"],
            healthy_threshold=item["HealthyThresholdCount"],
            unhealthy_threshold=item["UnhealthyThresholdCount"],
        ),
    )


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items))


def _by(items: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: item[key])
