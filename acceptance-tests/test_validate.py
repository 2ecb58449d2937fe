"""Every rule of `terraform validate`, by a configuration that breaks it."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.aws import Control
from harness.configuration import Removed, configuration, orders
from harness.hcl import Expression
from harness.network import Network, Vpc
from harness.terraform import Workspace

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"
# Instead of an empty map, which would be merged into the three brokers.
NONE = Expression("{}")
NETWORK = Network(
    Vpc(
        "vpc-0a",
        "10.0.0.0/16",
        [f"subnet-0a{n}" for n in (1, 2, 3)],
        [f"10.0.{n}.0/24" for n in (1, 2, 3)],
    ),
    Vpc(
        "vpc-0c",
        "10.9.0.0/16",
        [f"subnet-0c{n}" for n in (1, 2, 3)],
        [f"10.9.{n}.0/24" for n in (1, 2, 3)],
    ),
)


@dataclass
class Bad:
    """`changes` to the figure's configuration; `path` begins the detail, `said` is in the text."""

    label: str
    path: str
    said: str
    changes: dict[str, Any] = field(default_factory=dict)
    severity: str = "error"


def broker(**changes: Any) -> dict[str, Any]:
    return {"brokers": {"2": changes}}


def many(count: int) -> dict[str, Any]:
    return {
        "brokers": {
            str(n): {"target": f"10.0.{1 + n // 100}.{n % 100 + 50}"} for n in range(1, count + 1)
        }
    }


def balancer(**changes: Any) -> dict[str, Any]:
    return {"load_balancer": changes}


def listener(**changes: Any) -> dict[str, Any]:
    return {"listener": changes}


def group(**changes: Any) -> dict[str, Any]:
    return {"target_group": changes}


def health(**changes: Any) -> dict[str, Any]:
    return {"target_group": {"health_check": changes}}


def service(**changes: Any) -> dict[str, Any]:
    return {"endpoint_service": changes}


def endpoint(**changes: Any) -> dict[str, Any]:
    return {"endpoint": changes}


BAD = [
    # Name and host name.
    Bad("name too long", "name", "24", {"name": "a" * 25}),
    Bad("name empty", "name", "24", {"name": ""}),
    Bad("name in capitals", "name", "lower", {"name": "Orders"}),
    Bad("name starts with a hyphen", "name", "start", {"name": "-orders"}),
    Bad("name ends with a hyphen", "name", "end", {"name": "orders-"}),
    Bad("name reserved by AWS", "name", "internal-", {"name": "internal-orders"}),
    Bad("name like a service id", "name", "vpce-svc-", {"name": "vpce-svc-orders"}),
    Bad("name null", "name", "required", {"name": None}),
    Bad("hostname of one label", "hostname", "label", {"hostname": "kafka"}),
    Bad(
        "hostname with a port",
        "hostname",
        "kafka.test.com:9091",
        {"hostname": "kafka.test.com:9091"},
    ),
    Bad("hostname with an empty label", "hostname", "label", {"hostname": "kafka..com"}),
    Bad("hostname is an address", "hostname", "10.0.0.1", {"hostname": "10.0.0.1"}),
    Bad("hostname label too long", "hostname", "63", {"hostname": "a" * 64 + ".test.com"}),
    Bad("hostname with an underscore", "hostname", "_", {"hostname": "kaf_ka.test.com"}),
    # Ports.
    Bad("bootstrap port zero", "bootstrap_port", "65535", {"bootstrap_port": 0}),
    Bad("bootstrap port too high", "bootstrap_port", "65535", {"bootstrap_port": 70000}),
    Bad("bootstrap port with a fraction", "bootstrap_port", "whole", {"bootstrap_port": 9091.5}),
    Bad("bootstrap port of a broker", "bootstrap_port", "6001", {"bootstrap_port": 6001}),
    Bad("broker port base too high", "broker_port_base", "65535", {"broker_port_base": 65534}),
    Bad("two brokers on a port", 'brokers["', "6001", broker(port=6001)),
    Bad("broker port too high", 'brokers["2"].port', "65535", broker(port=65536)),
    Bad("target port zero", 'brokers["2"].target_port', "65535", broker(target_port=0)),
    Bad(
        "additional port taken",
        'brokers["2"].additional_ports',
        "9091",
        broker(additional_ports=[9091]),
    ),
    Bad(
        "additional port out of range",
        'brokers["2"].additional_ports',
        "65535",
        broker(additional_ports=[0]),
    ),
    Bad(
        "additional port null",
        'brokers["2"].additional_ports',
        "null",
        broker(additional_ports=[None]),
    ),
    # Brokers and their targets.
    Bad("no brokers", "brokers", "broker", {"brokers": NONE}),
    Bad("fifty brokers", "brokers", "50", many(50)),
    Bad(
        "fifty listeners by additional ports",
        "brokers",
        "50",
        many(49)
        | {
            "brokers": many(49)["brokers"]
            | {"49": {"target": "10.0.1.99", "additional_ports": [7000]}}
        },
    ),
    Bad(
        "broker id with a leading zero",
        'brokers["01"]',
        "01",
        {"brokers": {"01": {"target": "10.0.1.20"}}},
    ),
    Bad("broker id negative", 'brokers["-1"]', "-1", {"brokers": {"-1": {"target": "10.0.1.20"}}}),
    Bad("broker id is a name", 'brokers["b1"]', "b1", {"brokers": {"b1": {"target": "10.0.1.20"}}}),
    Bad("broker null", 'brokers["2"]', "null", {"brokers": {"2": None}}),
    Bad("target null", 'brokers["2"].target', "required", broker(target=None)),
    Bad(
        "target is a host name", 'brokers["2"].target', "b2.test.com", broker(target="b2.test.com")
    ),
    Bad("target loopback", 'brokers["2"].target', "127.0.0.1", broker(target="127.0.0.1")),
    Bad("target link-local", 'brokers["2"].target', "169.254.1.1", broker(target="169.254.1.1")),
    Bad("target multicast", 'brokers["2"].target', "224.0.0.1", broker(target="224.0.0.1")),
    Bad("target unspecified", 'brokers["2"].target', "0.0.0.0", broker(target="0.0.0.0")),
    Bad(
        "target an instance",
        'brokers["2"].target',
        "instance",
        broker(target="i-0123456789abcdef0"),
    ),
    Bad("target address among instances", "brokers", "10.0", group(target_type="instance")),
    Bad("targets of two families", "brokers", "fd00::1", broker(target="fd00::1")),
    Bad(
        "IPv6 targets need dualstack",
        "load_balancer.ip_address_type",
        "dualstack",
        {"brokers": {str(n): {"target": f"fd00::{n}"} for n in (1, 2, 3)}},
    ),
    Bad("same target and port twice", 'brokers["', "10.0.1.11", broker(target="10.0.1.11")),
    Bad(
        "zone of a broker is no zone",
        'brokers["2"].availability_zone',
        "zone",
        broker(availability_zone="everywhere"),
    ),
    # The load balancer.
    Bad("no subnets", "load_balancer.subnet_ids", "subnet", balancer(subnet_ids=[])),
    Bad("subnets null", "load_balancer.subnet_ids", "required", balancer(subnet_ids=None)),
    Bad(
        "subnet null", "load_balancer.subnet_ids", "null", balancer(subnet_ids=["subnet-0a1", None])
    ),
    Bad("subnet is a VPC", "load_balancer.subnet_ids", "vpc-0a", balancer(subnet_ids=["vpc-0a"])),
    Bad("load balancer missing", "load_balancer", "required", {"load_balancer": None}),
    Bad(
        "no security groups",
        "load_balancer.security_group_ids",
        "null",
        balancer(security_group_ids=[]),
    ),
    Bad(
        "security group is a name",
        "load_balancer.security_group_ids",
        "sg-",
        balancer(security_group_ids=["brokers"]),
    ),
    Bad("enforcement is no word", f"load_balancer.{ENFORCE}", "off", balancer(**{ENFORCE: "no"})),
    Bad(
        "load balancer cannot be ipv6 alone",
        "load_balancer.ip_address_type",
        "dualstack",
        balancer(ip_address_type="ipv6"),
    ),
    Bad(
        "one zone each needs one subnet",
        "load_balancer.cross_zone_enabled",
        "subnet",
        balancer(cross_zone_enabled=False),
    ),
    # Listeners.
    Bad("listener protocol", "listener.protocol", "TLS", listener(protocol="UDP")),
    Bad("TLS without a certificate", "listener.certificate_arn", "TLS", listener(protocol="TLS")),
    Bad(
        "certificate without TLS",
        "listener.certificate_arn",
        "TLS",
        listener(certificate_arn=CERTIFICATE),
    ),
    Bad(
        "certificate is no ARN",
        "listener.certificate_arn",
        "arn:",
        listener(protocol="TLS", certificate_arn="kafka.test.com"),
    ),
    Bad(
        "policy without TLS",
        "listener.ssl_policy",
        "TLS",
        listener(ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ),
    Bad(
        "idle timeout too short",
        "listener.tcp_idle_timeout_seconds",
        "60",
        listener(tcp_idle_timeout_seconds=59),
    ),
    Bad(
        "idle timeout too long",
        "listener.tcp_idle_timeout_seconds",
        "6000",
        listener(tcp_idle_timeout_seconds=6001),
    ),
    Bad(
        "idle timeout on TLS",
        "listener.tcp_idle_timeout_seconds",
        "TCP",
        listener(protocol="TLS", certificate_arn=CERTIFICATE, tcp_idle_timeout_seconds=400),
    ),
    Bad(
        "idle timeout across regions",
        "listener.tcp_idle_timeout_seconds",
        "region",
        listener(tcp_idle_timeout_seconds=400) | service(supported_regions=["eu-west-1"]),
    ),
    # Target groups.
    Bad("target type", "target_group.target_type", "instance", group(target_type="alb")),
    Bad("TLS group behind TCP", "target_group.protocol", "TLS", group(protocol="TLS")),
    Bad("target group port", "target_group.port", "65535", group(port=0)),
    Bad(
        "deregistration delay",
        "target_group.deregistration_delay_seconds",
        "3600",
        group(deregistration_delay_seconds=3601),
    ),
    Bad(
        "health check protocol", "target_group.health_check.protocol", "TCP", health(protocol="UDP")
    ),
    Bad("health check port", "target_group.health_check.port", "traffic-port", health(port="tls")),
    Bad(
        "health check interval",
        "target_group.health_check.interval_seconds",
        "300",
        health(interval_seconds=4),
    ),
    Bad(
        "health check timeout",
        "target_group.health_check.timeout_seconds",
        "120",
        health(timeout_seconds=121),
    ),
    Bad(
        "healthy threshold",
        "target_group.health_check.healthy_threshold",
        "10",
        health(healthy_threshold=1),
    ),
    Bad(
        "unhealthy threshold",
        "target_group.health_check.unhealthy_threshold",
        "10",
        health(unhealthy_threshold=11),
    ),
    # The endpoint service.
    Bad(
        "principal is a name",
        "endpoint_service.allowed_principals",
        "everybody",
        service(allowed_principals=["everybody"]),
    ),
    Bad(
        "principal with a path",
        "endpoint_service.allowed_principals",
        "path",
        service(allowed_principals=["arn:aws:iam::210987654321:role/team/consumer"]),
    ),
    Bad(
        "principal null",
        "endpoint_service.allowed_principals",
        "null",
        service(allowed_principals=[None]),
    ),
    Bad(
        "family of the service",
        "endpoint_service.supported_ip_address_types",
        "ipv6",
        service(supported_ip_address_types=["dualstack"]),
    ),
    Bad(
        "IPv6 service needs dualstack",
        "endpoint_service.supported_ip_address_types",
        "dualstack",
        service(supported_ip_address_types=["ipv6"]),
    ),
    Bad(
        "supported region",
        "endpoint_service.supported_regions",
        "mars",
        service(supported_regions=["mars"]),
    ),
    # The consumer side.
    Bad("consumer VPC null", "endpoint.vpc_id", "required", endpoint(vpc_id=None)),
    Bad("consumer VPC is a subnet", "endpoint.vpc_id", "vpc-", endpoint(vpc_id="subnet-0c1")),
    Bad("no consumer subnets", "endpoint.subnet_ids", "subnet", endpoint(subnet_ids=[])),
    Bad(
        "no consumer groups", "endpoint.security_group_ids", "null", endpoint(security_group_ids=[])
    ),
    Bad(
        "blocks and given groups",
        "endpoint.allowed_cidr_blocks",
        "security_group_ids",
        endpoint(security_group_ids=["sg-0a"], allowed_cidr_blocks=["10.9.0.0/16"]),
    ),
    Bad(
        "block is no block",
        "endpoint.allowed_cidr_blocks",
        "10.9.0.0",
        endpoint(allowed_cidr_blocks=["10.9.0.0"]),
    ),
    Bad(
        "consumer address type",
        "endpoint.ip_address_type",
        "dualstack",
        endpoint(ip_address_type="both"),
    ),
    Bad("zone is a name", "endpoint.zone_id", "test.com", endpoint(zone_id="test.com")),
    # Tags and times.
    Bad("tag of AWS", "tags", "aws:", {"tags": {"aws:team": "kafka"}}),
    Bad("tag of ours", "tags", "kafka-privatelink:", {"tags": {"kafka-privatelink:owner": "me"}}),
    Bad("tag null", 'tags["team"]', "null", {"tags": {"team": None}}),
    Bad("tag value too long", "tags", "256", {"tags": {"team": "a" * 257}}),
    Bad("duration", "timeouts.create", "45m", {"timeouts": {"create": "soon"}}),
    Bad("region", "region", "mars", {"region": "mars"}),
    # What the provider gives.
    Bad("id is read-only", "id", "read-only", {"id": "vpce-svc-1"}),
    Bad("service name is read-only", "service_name", "read-only", {"service_name": "mine"}),
    Bad("tags_all is read-only", "tags_all", "read-only", {"tags_all": {"team": "kafka"}}),
    Bad("drift is read-only", "drift", "read-only", {"drift": {}}),
    Bad("endpoint id is read-only", "endpoint.id", "read-only", endpoint(id="vpce-1")),
    # Warnings.
    Bad(
        "TLS ends at the load balancer",
        "listener.protocol",
        "client certificate",
        listener(protocol="TLS", certificate_arn=CERTIFICATE),
        "warning",
    ),
    Bad(
        "idle timeout beyond the endpoint's",
        "listener.tcp_idle_timeout_seconds",
        "350",
        listener(tcp_idle_timeout_seconds=400),
        "warning",
    ),
    Bad(
        "proxy protocol",
        "target_group.proxy_protocol_v2",
        "broker",
        group(proxy_protocol_v2=True),
        "warning",
    ),
    Bad(
        "everybody without acceptance",
        "endpoint_service.allowed_principals",
        "accept",
        service(allowed_principals=["*"], acceptance_required=False),
        "warning",
    ),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.label.replace(" ", "-"))
def test_is_refused(bad: Bad, control: Control, terraform: Workspace) -> None:
    found = terraform.write(configuration(orders(NETWORK, **bad.changes))).validate()
    matching = [
        item
        for item in found.diagnostics
        if item.severity == bad.severity
        and item.detail.startswith(bad.path)
        and bad.said.lower() in item.text.lower()
    ]
    assert matching, f"nothing about {bad.path} that says {bad.said!r}\n{found.report()}"
    assert len(found.diagnostics) == 1, f"one mistake, one message\n{found.report()}"
    assert "orders" in matching[0].address or "kafka_privatelink" in matching[0].source
    assert found.code == (1 if bad.severity == "error" else 0)
    assert control.calls() == []


def test_the_table_is_long_enough() -> None:
    assert len(BAD) >= 60
    assert len({bad.label for bad in BAD}) == len(BAD)


GOOD: list[dict[str, Any]] = [
    {},
    {"endpoint": None, "endpoint_service": Removed},
    {"name": "a", "hostname": "KAFKA.Test.com."},
    {"brokers": {"0": {"target": "10.0.1.20"}, "49151": {"target": "10.0.1.21", "port": 7000}}},
    many(49),
    {"load_balancer": {"subnet_ids": ["subnet-0a1"], "cross_zone_enabled": False}},
    {
        "load_balancer": {"ip_address_type": "dualstack"},
        "brokers": {str(n): {"target": f"fd00::{n}"} for n in (1, 2, 3)},
    },
    {
        "target_group": {"target_type": "instance"},
        "brokers": {str(n): {"target": f"i-0123456789abcdef{n}"} for n in (1, 2, 3)},
    },
    service(
        allowed_principals=[
            "*",
            "210987654321",
            "arn:aws-cn:iam::210987654321:user/me",
            "arn:aws:iam::210987654321:role/consumer",
            "arn:aws:organizations::210987654321:ou/o-a1b2c3d4e5/ou-ab12-11111111",
        ]
    ),
    health(port="8080", protocol="HTTP", interval_seconds=5, timeout_seconds=2),
    endpoint(zone_id="Z0123456789ABCDEFGHIJ", allowed_cidr_blocks=["10.9.0.0/16", "10.8.0.0/16"]),
    {"timeouts": {"create": "1h30m", "delete": "90s"}, "tags": {"team": "kafka"}},
    {"region": "eu-central-1"},
]


@pytest.mark.parametrize("good", GOOD, ids=range(len(GOOD)))
def test_is_accepted(good: dict[str, Any], control: Control, terraform: Workspace) -> None:
    """The other side of the same rules: what they must let pass."""
    found = terraform.write(configuration(orders(NETWORK, **good))).validate()
    assert found.diagnostics == [] and found.code == 0, found.report()
    assert control.calls() == []


def test_nothing_refused_makes_a_write(control: Control, terraform: Workspace) -> None:
    terraform.write(configuration(orders(NETWORK, bootstrap_port=6001)))
    terraform.apply_fails()
    assert control.writes() == []


def test_all_mistakes_at_once(control: Control, terraform: Workspace) -> None:
    """Somebody with three mistakes is told of three, not of one at a time."""
    changed = orders(NETWORK, name="Orders", hostname="kafka", bootstrap_port=0)
    found = terraform.write(configuration(changed)).validate()
    assert sorted(item.detail.split()[0].rstrip(":") for item in found.errors) == [
        "bootstrap_port",
        "hostname",
        "name",
    ], found.report()
