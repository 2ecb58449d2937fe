"""After one apply, AWS holds exactly the path of the figure: read back by an independent client."""

from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HOSTNAME, PRINCIPAL, configuration, name, orders
from harness.network import Network
from harness.path import OWNERSHIP, open_ports, read_path, tag_map, tags, target_groups
from harness.terraform import Workspace

BROKER_PORTS = {6001: "1", 6002: "2", 6003: "3"}
PORTS = {9091, *BROKER_PORTS}


@pytest.mark.live
def test_the_whole_path(account: Account, network: Network, terraform: Workspace) -> None:
    terraform.write(configuration(orders(network, tags={"team": "kafka"}))).apply()
    path, attributes = read_path(account), terraform.attributes()
    load_balancer_as_configured(path, network)
    listeners_lead_to_their_brokers(path, network)
    groups_are_set_for_kafka(path)
    service_fronts_the_load_balancer(path)
    endpoint_is_available(path, network)
    alias_points_at_the_endpoint(path, network)
    everything_carries_the_owner(account, path)
    state_says_what_aws_holds(account, attributes, path)


def load_balancer_as_configured(path: dict[str, Any], network: Network) -> None:
    balancer = path["load_balancer"]
    assert (balancer["Type"], balancer["Scheme"]) == ("network", "internal")
    assert balancer["State"]["Code"] == "active"
    assert balancer["IpAddressType"] == "ipv4"
    assert {z["SubnetId"] for z in balancer["AvailabilityZones"]} == set(network.kafka.subnets)
    [group] = balancer["SecurityGroups"]
    assert path["groups"][group]["VpcId"] == network.kafka.id
    assert balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"
    assert path["load_balancer_attributes"]["load_balancing.cross_zone.enabled"] == "true"
    assert path["load_balancer_attributes"]["deletion_protection.enabled"] == "false"


def listeners_lead_to_their_brokers(path: dict[str, Any], network: Network) -> None:
    listeners = path["listeners"]
    assert set(listeners) == PORTS
    assert {item["Protocol"] for item in listeners.values()} == {"TCP"}
    assert {item["attributes"]["tcp.idle_timeout.seconds"] for item in listeners.values()} == {
        "350"
    }
    target = {n: (network.kafka.address(n - 1, 10 + n), 9092) for n in (1, 2, 3)}
    assert listeners[9091]["targets"] == set(target.values())
    assert [listeners[6000 + n]["targets"] for n in (1, 2, 3)] == [
        {target[1]},
        {target[2]},
        {target[3]},
    ]
    assert len({item["group"]["TargetGroupArn"] for item in listeners.values()}) == 4


def groups_are_set_for_kafka(path: dict[str, Any]) -> None:
    for listener in path["listeners"].values():
        group, attributes = listener["group"], listener["group_attributes"]
        assert (group["Protocol"], group["Port"], group["TargetType"]) == ("TCP", 9092, "ip")
        assert attributes["deregistration_delay.timeout_seconds"] == "300"
        assert attributes["deregistration_delay.connection_termination.enabled"] == "true"
        assert attributes["preserve_client_ip.enabled"] == "false"
        assert attributes["proxy_protocol_v2.enabled"] == "false"
        assert (group["HealthCheckProtocol"], group["HealthCheckPort"]) == ("TCP", "traffic-port")
        assert (group["HealthCheckIntervalSeconds"], group["HealthCheckTimeoutSeconds"]) == (30, 10)
        assert (group["HealthyThresholdCount"], group["UnhealthyThresholdCount"]) == (3, 3)
    # One dead broker must not take its zone's address out of the load balancer's DNS name.
    for port in BROKER_PORTS:
        attributes = path["listeners"][port]["group_attributes"]
        count = "target_group_health.dns_failover.minimum_healthy_targets.count"
        assert attributes[count] == "off", f"port {port}"


def service_fronts_the_load_balancer(path: dict[str, Any]) -> None:
    service = path["service"]
    assert service["NetworkLoadBalancerArns"] == [path["load_balancer"]["LoadBalancerArn"]]
    assert service["ServiceState"] == "Available"
    assert service["AcceptanceRequired"] is True
    assert service["SupportedIpAddressTypes"] == ["ipv4"]
    assert path["principals"] == {PRINCIPAL}


def endpoint_is_available(path: dict[str, Any], network: Network) -> None:
    endpoint = path["endpoint"]
    assert endpoint["State"] == "available"
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["VpcId"] == network.client.id
    assert set(endpoint["SubnetIds"]) == set(network.client.subnets[:2])
    assert endpoint["ServiceName"] == path["service"]["ServiceName"]
    [group] = [item["GroupId"] for item in endpoint["Groups"]]
    assert path["groups"][group]["VpcId"] == network.client.id
    assert open_ports(path["groups"][group]) == {(port, network.client.cidr) for port in PORTS}


def alias_points_at_the_endpoint(path: dict[str, Any], network: Network) -> None:
    [zone] = [item for item in path["zones"].values() if item["Name"] == f"{HOSTNAME}."]
    assert zone["Private"] and zone["Vpcs"] == {network.client.id}
    [record] = zone["Records"]
    assert (record["Name"], record["Type"]) == (f"{HOSTNAME}.", "A")
    regional = regional_entry(path["endpoint"])
    alias = record["AliasTarget"]
    assert alias["DNSName"].rstrip(".") == regional["DnsName"]
    assert alias["HostedZoneId"] == regional["HostedZoneId"]
    assert alias["EvaluateTargetHealth"] is False


def everything_carries_the_owner(account: Account, path: dict[str, Any]) -> None:
    balancer = path["load_balancer"]["LoadBalancerArn"]
    arns = [balancer]
    arns += [item["ListenerArn"] for item in path["listeners"].values()]
    arns += [item["TargetGroupArn"] for item in target_groups(account)]
    found = tags(account, *arns)
    found |= {key: tag_map(item["Tags"]) for key, item in path["groups"].items()}
    found["service"] = tag_map(path["service"]["Tags"])
    found["endpoint"] = tag_map(path["endpoint"]["Tags"])
    for zone in path["zones"]:
        listed = account.route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)
        found["zone"] = tag_map(listed["ResourceTagSet"]["Tags"])
    owners = set()
    for thing, carried in found.items():
        assert set(OWNERSHIP) <= set(carried), f"{thing} has {carried}"
        assert carried["kafka-privatelink:name"] == name()
        assert carried["team"] == "kafka", f"{thing} lacks the user's tag"
        owners.add(carried["kafka-privatelink:owner"])
    assert len(owners) == 1
    resources = [carried["kafka-privatelink:resource"] for carried in found.values()]
    assert len(set(resources)) == len(resources), "two objects play one role"


def state_says_what_aws_holds(
    account: Account, attributes: dict[str, Any], path: dict[str, Any]
) -> None:
    balancer, service, endpoint = path["load_balancer"], path["service"], path["endpoint"]
    assert attributes["id"] == service["ServiceId"]
    assert attributes["service_name"] == service["ServiceName"]
    assert attributes["bootstrap_servers"] == f"{HOSTNAME}:9091"
    assert attributes["advertised_listeners"] == {
        broker: f"{HOSTNAME}:{port}" for port, broker in BROKER_PORTS.items()
    }
    assert attributes["load_balancer_arn"] == balancer["LoadBalancerArn"]
    assert attributes["load_balancer_dns_name"] == balancer["DNSName"]
    assert attributes["load_balancer_security_group_id"] == balancer["SecurityGroups"][0]
    keys = {9091: "bootstrap", **BROKER_PORTS}
    assert attributes["listener_arns"] == {
        key: path["listeners"][port]["ListenerArn"] for port, key in keys.items()
    }
    assert attributes["target_group_arns"] == {
        key: path["listeners"][port]["group"]["TargetGroupArn"] for port, key in keys.items()
    }
    assert set(attributes["service_availability_zone_ids"]) == zone_ids(account, balancer)
    consumer = attributes["endpoint"]
    assert consumer["id"] == endpoint["VpcEndpointId"]
    assert consumer["state"] == "available"
    assert consumer["dns_name"] == regional_entry(endpoint)["DnsName"]
    assert consumer["managed_security_group_id"] == endpoint["Groups"][0]["GroupId"]
    assert set(consumer["network_interface_ids"]) == set(endpoint["NetworkInterfaceIds"])
    assert attributes["tags_all"] == attributes["tags"] == {"team": "kafka"}
    assert attributes["drift"] == {}


def zone_ids(account: Account, balancer: dict[str, Any]) -> set[str]:
    """Ids, because names of zones differ from account to account."""
    subnets = [item["SubnetId"] for item in balancer["AvailabilityZones"]]
    found = account.ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
    return {item["AvailabilityZoneId"] for item in found}


def regional_entry(endpoint: dict[str, Any]) -> dict[str, str]:
    """The shortest name: the zonal ones have the zone inserted; the order is random."""
    return min(endpoint["DnsEntries"], key=lambda entry: len(entry["DnsName"]))


def test_the_load_balancer_is_born_with_its_group(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """AWS never lets a load balancer that was born without security groups get one."""
    terraform.write(configuration(orders(network))).apply()
    [created] = control.calls("CreateLoadBalancer")
    assert created["params"]["SecurityGroups.0"].startswith("sg-")
    assert created["params"]["Scheme"] == "internal"


def test_the_providers_own_client_says_who_it_is(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, endpoint=None))).apply()
    agents = {call["user_agent"] for call in control.calls()}
    assert agents and all("terraform-provider-kafka" in agent for agent in agents)


def test_given_groups_and_given_zone(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Nothing is managed that the user brings: groups of both sides, and the zone."""
    balancer_group = make_group(account, network.kafka.id, "brokers")
    endpoint_group = make_group(account, network.client.id, "clients")
    zone = account.route53.create_hosted_zone(
        Name="test.com",
        CallerReference="ours",
        VPC={"VPCRegion": account.region, "VPCId": network.client.id},
        HostedZoneConfig={"PrivateZone": True},
    )["HostedZone"]["Id"].removeprefix("/hostedzone/")
    arguments = orders(
        network,
        load_balancer={"security_group_ids": [balancer_group]},
        endpoint={"security_group_ids": [endpoint_group], "zone_id": zone},
    )
    terraform.write(configuration(arguments)).apply()
    path = read_path(account)
    assert path["load_balancer"]["SecurityGroups"] == [balancer_group]
    assert path["load_balancer"]["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on"
    assert [item["GroupId"] for item in path["endpoint"]["Groups"]] == [endpoint_group]
    assert set(path["zones"]) == {zone}
    [record] = path["zones"][zone]["Records"]
    assert record["Name"] == f"{HOSTNAME}."
    assert set(path["groups"]) == {balancer_group, endpoint_group}
    terraform.plan_is_empty()
    terraform.destroy()
    assert account.route53.get_hosted_zone(Id=zone)["HostedZone"]["Id"].endswith(zone)
    assert {
        item["GroupId"] for item in account.ec2.describe_security_groups()["SecurityGroups"]
    } >= {balancer_group, endpoint_group}


def make_group(account: Account, vpc: str, label: str) -> str:
    made = account.ec2.create_security_group(GroupName=label, Description=label, VpcId=vpc)
    return made["GroupId"]


def test_instances_as_targets(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    instances = [
        account.ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)[
            "Instances"
        ][0]["InstanceId"]
        for subnet in network.kafka.subnets
    ]
    arguments = orders(
        network,
        count=0,
        target_group={"target_type": "instance"},
        endpoint=None,
    ) | {"brokers": {str(n): {"target": item} for n, item in enumerate(instances, 1)}}
    terraform.write(configuration(arguments)).apply()
    listeners = read_path(account)["listeners"]
    assert listeners[9091]["targets"] == {(item, 9092) for item in instances}
    assert listeners[6002]["targets"] == {(instances[1], 9092)}
    terraform.plan_is_empty()


def test_every_port_can_be_chosen(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    arguments = orders(
        network,
        endpoint=None,
        bootstrap_port=19092,
        broker_port_base=20000,
        target_group={"port": 9094},
        brokers={"2": {"port": 21000}, "3": {"target_port": 9095, "additional_ports": [22000]}},
    )
    terraform.write(configuration(arguments)).apply()
    listeners = read_path(account)["listeners"]
    assert set(listeners) == {19092, 20001, 21000, 20003, 22000}
    one, two, three = (network.kafka.address(n - 1, 10 + n) for n in (1, 2, 3))
    assert listeners[19092]["targets"] == {(one, 9094), (two, 9094), (three, 9095)}
    assert listeners[21000]["targets"] == {(two, 9094)}
    assert listeners[20003]["targets"] == listeners[22000]["targets"] == {(three, 9095)}
    advertised = terraform.attributes(ADDRESS)["advertised_listeners"]
    assert advertised == {
        "1": f"{HOSTNAME}:20001",
        "2": f"{HOSTNAME}:21000",
        "3": f"{HOSTNAME}:20003",
    }
    terraform.plan_is_empty()
