"""Fields that AWS's models call optional are missing in its answers: a path is made, kept and changed
by the same writes as with them."""

from collections import Counter
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import configuration, orders
from harness.network import Network
from harness.terraform import Workspace

LEFT_OUT: dict[str, dict[str, list[str]]] = {
    "enforcement": {
        "DescribeLoadBalancers": ["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"]
    },
    "zones": {"DescribeVpcEndpointServiceConfigurations": ["AvailabilityZones"]},
    "load balancer's zones": {"DescribeLoadBalancers": ["AvailabilityZones"]},
    "load balancer": {
        "DescribeLoadBalancers": ["IpAddressType", "SecurityGroups", "CanonicalHostedZoneId"],
        "DescribeLoadBalancerAttributes": ["Attributes"],
    },
    "service": {
        "DescribeVpcEndpointServiceConfigurations": [
            "AcceptanceRequired",
            "NetworkLoadBalancerArns",
            "SupportedIpAddressTypes",
            "SupportedRegions",
        ]
    },
    "endpoint": {"DescribeVpcEndpoints": ["IpAddressType", "SubnetIds", "Groups", "VpcId"]},
    "groups": {
        "DescribeTargetGroups": [
            "IpAddressType",
            "TargetType",
            "Protocol",
            "VpcId",
            "HealthCheckIntervalSeconds",
            "HealthCheckTimeoutSeconds",
            "HealthyThresholdCount",
            "UnhealthyThresholdCount",
        ],
        "DescribeTargetGroupAttributes": ["Attributes"],
    },
    "listeners": {
        "DescribeListeners": ["Protocol", "DefaultActions"],
        "DescribeListenerAttributes": ["Attributes"],
    },
    "zone's VPCs": {"GetHostedZone": ["VPCs"]},
}
LEFT_OUT["everything"] = {
    action: [name for fields in LEFT_OUT.values() for name in fields.get(action, [])]
    for action in {action for fields in LEFT_OUT.values() for action in fields}
}


@pytest.mark.parametrize("fields", LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_missing_field_says_nothing(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    fields: dict[str, list[str]],
) -> None:
    control.fault(left_out=fields)
    arguments = orders(network, count=1)
    arguments["load_balancer"] = {
        **arguments["load_balancer"],
        "subnet_ids": network.kafka.subnets[:2],
    }
    arguments["listener"] = {"tcp_idle_timeout_seconds": 1000}
    terraform.write(configuration(arguments)).apply()
    # No write is repeated.
    assert not repeated(control), control.writes()
    control.forget_calls()
    terraform.plan_is_empty()

    # A third zone, which the service must be told of.
    changed = {
        **arguments,
        "load_balancer": {"subnet_ids": network.kafka.subnets, "cross_zone_enabled": True},
        "target_group": {"deregistration_delay_seconds": 17},
        "listener": {"tcp_idle_timeout_seconds": 600},
    }
    terraform.write(configuration(changed)).apply()
    writes = control.writes()
    for action in ("SetSubnets", "ModifyVpcEndpointServiceConfiguration"):
        assert writes.count(action) == 1, writes
    terraform.plan_is_empty()
    terraform.destroy()


def repeated(control: Control) -> list[Any]:
    """Writes that were made twice to the same object with the same content."""
    calls = [item for item in control.calls() if item["write"] and not item["error"]]
    whole = Counter((item["action"], tuple(sorted(item["params"].items()))) for item in calls)
    return [call for call, count in whole.items() if count > 1]
