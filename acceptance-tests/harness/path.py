"""Reads a whole path back from AWS as plain data, and lists what an account holds."""

from typing import Any

from harness.aws import Account
from harness.configuration import HOSTNAME, name

OWNERSHIP = ("kafka-privatelink:name", "kafka-privatelink:owner", "kafka-privatelink:resource")


def read_path(account: Account, region: str | None = None) -> dict[str, Any]:
    """The one path of an account, keyed by kind; listeners and rules by port.

    A second load balancer, service or endpoint is an assertion error: each test has an account.
    """
    elbv2 = account.client("elbv2", region)
    service = _only([item for item in services(account, region) if _ours(account, item["Tags"])])
    balancer = _only(
        [
            item
            for item in load_balancers(account, region)
            if not account.live or item["LoadBalancerArn"] in service["NetworkLoadBalancerArns"]
        ]
    )
    arn = balancer["LoadBalancerArn"]
    listeners = listeners_of(account, arn, region)
    endpoints = [item for item in living_endpoints(account, region) if _ours(account, item["Tags"])]
    return {
        "load_balancer": balancer,
        "load_balancer_attributes": _attributes(
            elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)
        ),
        "listeners": {item["Port"]: _listener(elbv2, item) for item in listeners},
        "service": service,
        "principals": principals(account, service["ServiceId"], region),
        "endpoint": _only(endpoints) if endpoints else None,
        "groups": {item["GroupId"]: item for item in security_groups(account, region)},
        "zones": {zone["Id"]: zone for zone in zones(account)},
    }


def load_balancers(account: Account, region: str | None = None) -> list[dict[str, Any]]:
    return _all(account.client("elbv2", region), "describe_load_balancers", "LoadBalancers")


def listeners_of(
    account: Account, balancer: str, region: str | None = None
) -> list[dict[str, Any]]:
    client = account.client("elbv2", region)
    return _all(client, "describe_listeners", "Listeners", LoadBalancerArn=balancer)


def target_groups(account: Account, region: str | None = None) -> list[dict[str, Any]]:
    return _all(account.client("elbv2", region), "describe_target_groups", "TargetGroups")


def services(account: Account, region: str | None = None) -> list[dict[str, Any]]:
    operation = "describe_vpc_endpoint_service_configurations"
    return _all(account.client("ec2", region), operation, "ServiceConfigurations")


def living_endpoints(account: Account, region: str | None = None) -> list[dict[str, Any]]:
    found = _all(account.client("ec2", region), "describe_vpc_endpoints", "VpcEndpoints")
    return [item for item in found if item["State"] not in ("deleted", "deleting")]


def security_groups(account: Account, region: str | None = None) -> list[dict[str, Any]]:
    """Without the default ones, which every VPC has."""
    found = _all(account.client("ec2", region), "describe_security_groups", "SecurityGroups")
    return [item for item in found if item["GroupName"] != "default"]


def principals(account: Account, service_id: str, region: str | None = None) -> set[str]:
    found = account.client("ec2", region).describe_vpc_endpoint_service_permissions(
        ServiceId=service_id
    )
    return {item["Principal"] for item in found["AllowedPrincipals"]}


def zones(account: Account) -> list[dict[str, Any]]:
    """Hosted zones with their VPCs and their records other than NS and SOA."""
    route53 = account.route53
    result = []
    for zone in _all(route53, "list_hosted_zones", "HostedZones"):
        if account.live and zone["Name"] != f"{HOSTNAME}.":
            continue
        identifier = zone["Id"].removeprefix("/hostedzone/")
        whole = route53.get_hosted_zone(Id=identifier)
        records = route53.list_resource_record_sets(HostedZoneId=identifier)["ResourceRecordSets"]
        result.append(
            {
                "Id": identifier,
                "Name": zone["Name"],
                "Private": zone["Config"]["PrivateZone"],
                "Vpcs": {item["VPCId"] for item in whole.get("VPCs", [])},
                "Records": [item for item in records if item["Type"] not in ("NS", "SOA")],
            }
        )
    return result


def tags(account: Account, *arns: str) -> dict[str, dict[str, str]]:
    """Tags of load balancers, listeners and target groups by ARN."""
    found = account.elbv2.describe_tags(ResourceArns=list(arns))["TagDescriptions"]
    return {item["ResourceArn"]: tag_map(item["Tags"]) for item in found}


def tag_map(listed: list[dict[str, str]]) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in listed}


def open_ports(group: dict[str, Any]) -> set[tuple[int, str]]:
    """(port, CIDR block) pairs that a security group lets in, ranges unfolded."""
    return {
        (port, block["CidrIp"])
        for rule in group["IpPermissions"]
        for port in range(rule["FromPort"], rule["ToPort"] + 1)
        for block in rule["IpRanges"]
    }


def inventory(account: Account, region: str | None = None) -> set[tuple[str, str]]:
    """(kind, id) of everything in the account that a path could be made of."""
    found = set()
    for balancer in load_balancers(account, region):
        arn = balancer["LoadBalancerArn"]
        found.add(("load balancer", arn))
        listed = listeners_of(account, arn, region)
        found |= {("listener", item["ListenerArn"]) for item in listed}
    found |= {("target group", item["TargetGroupArn"]) for item in target_groups(account, region)}
    found |= {("endpoint service", item["ServiceId"]) for item in services(account, region)}
    found |= {("endpoint", item["VpcEndpointId"]) for item in living_endpoints(account, region)}
    found |= {("security group", item["GroupId"]) for item in security_groups(account, region)}
    for zone in zones(account):
        found.add(("zone", zone["Id"]))
        found |= {("record", f"{item['Name']} {item['Type']}") for item in zone["Records"]}
    return found


def _listener(elbv2: Any, listener: dict[str, Any]) -> dict[str, Any]:
    """A listener with its group unfolded: settings, attributes and targets."""
    arn = _only(listener["DefaultActions"])["TargetGroupArn"]
    group = _only(elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"])
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return {
        **listener,
        "attributes": {}
        if listener["Protocol"] == "TLS"
        else _attributes(elbv2.describe_listener_attributes(ListenerArn=listener["ListenerArn"])),
        "group": group,
        "group_attributes": _attributes(elbv2.describe_target_group_attributes(TargetGroupArn=arn)),
        "targets": {
            (item["Target"]["Id"], item["Target"]["Port"])
            for item in health
            if item["TargetHealth"]["State"] != "draining"
        },
    }


def _all(client: Any, operation: str, key: str, **request: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator(operation).paginate(**request)
    return pages.build_full_result()[key]


def _ours(account: Account, listed: list[dict[str, str]]) -> bool:
    """A sandbox account holds nothing else, and then a foreign object must be seen."""
    return not account.live or tag_map(listed).get("kafka-privatelink:name") == name()


def _attributes(answer: dict[str, Any]) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


def _only(items: list[Any]) -> Any:
    assert len(items) == 1, f"expected exactly one, found {len(items)}: {items}"
    return items[0]
