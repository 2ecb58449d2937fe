"""Changes of what all listeners, all groups or all objects share."""

from typing import Any

from harness.configuration import HOSTNAME
from semantics.change import Change, Path
from semantics.changes.brokers import targets
from semantics.ground import one_zone, tls

ALL_LISTENERS = ("ModifyListener listener/*",)


def new_groups(**listeners: int) -> tuple[str, ...]:
    """Groups are made anew, and each one's listener moves over in one call."""
    chains = []
    for who, port in listeners.items():
        old, new = f"target-group/{who}", f"new target-group/{who}"
        made = f"CreateTargetGroup {new} > ModifyTargetGroupAttributes {new}"
        moved = f"ModifyListener listener/{port} > DeregisterTargets {old} > DeleteTargetGroup {old}"
        # Bootstrap moves when all are in its new group; each joins when its own port has moved.
        joined = f"RegisterTargets{'+' if who == 'bootstrap' else ''} {new}"
        chains.append(f"{made} > {joined} > {moved}")
    return tuple(chains)


TAGGED = (
    "AddTags listener/*",
    "AddTags target-group/*",
    "AddTags load-balancer",
    "CreateTags endpoint*",
    "CreateTags security-group/*",
    "ChangeTagsForResource hosted-zone",
)


def everywhere(path: Path, value: Any, *steps: str) -> bool:
    """Whether each listener holds that value at that place."""
    found = []
    for listener in path["listeners"].values():
        item: Any = listener
        for step in steps:
            item = item[step]
        found.append(item)
    return all(item == value for item in found)


CHANGES = [
    Change(
        "hostname",
        lambda ground: {"hostname": "events.test.com"},
        (
            "CreateTags endpoint-service",
            "CreateHostedZone new hosted-zone > ChangeTagsForResource new hosted-zone"
            " > DeleteHostedZone hosted-zone",
            "CreateHostedZone new hosted-zone > ChangeResourceRecordSets CREATE events.test.com"
            f" > ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteHostedZone hosted-zone",
        ),
        back_calls=(
            "CreateTags endpoint-service",
            "CreateHostedZone new hosted-zone > ChangeTagsForResource new hosted-zone"
            " > DeleteHostedZone hosted-zone",
            f"CreateHostedZone new hosted-zone > ChangeResourceRecordSets CREATE {HOSTNAME}"
            " > ChangeResourceRecordSets DELETE events.test.com > DeleteHostedZone hosted-zone",
        ),
        shows=lambda path: (
            [zone["Name"] for zone in path["zones"].values()] == ["events.test.com."]
        ),
        warns="events.test.com",
    ),
    Change("name", lambda ground: {"name": "orders-eu"}, TAGGED),
    Change("tags", lambda ground: {"tags": {"team": "streams"}}, TAGGED),
    Change(
        "tag-added",
        lambda ground: {"tags": {"stage": "test"}},
        TAGGED,
        back="tag-removed",
        back_calls=(
            "RemoveTags listener/*",
            "RemoveTags target-group/*",
            "RemoveTags load-balancer",
            "DeleteTags endpoint*",
            "DeleteTags security-group/*",
            "ChangeTagsForResource hosted-zone",
        ),
    ),
    Change(
        "timeouts",
        lambda ground: {
            "timeouts": {"create": "45m", "read": "5m", "update": "45m", "delete": "45m"}
        },
        (),
    ),
    Change(
        "listeners-become-tls",
        lambda ground: {
            "listener": {"protocol": "TLS", "certificate_arn": ground.certificate},
        },
        ALL_LISTENERS,
        back="listeners-become-tcp",
        back_calls=("ModifyListener listener/*",),
        shows=lambda path: everywhere(path, "TLS", "Protocol"),
        warns="a client's certificate",
    ),
    Change(
        "certificate",
        lambda ground: {"listener": {"certificate_arn": ground.other_certificate}},
        ALL_LISTENERS,
        plot=tls,
    ),
    Change(
        "ssl-policy",
        lambda ground: {"listener": {"ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}},
        ALL_LISTENERS,
        plot=tls,
        shows=lambda path: everywhere(path, "ELBSecurityPolicy-TLS13-1-3-2021-06", "SslPolicy"),
    ),
    Change(
        "idle-timeout",
        lambda ground: {"listener": {"tcp_idle_timeout_seconds": 120}},
        ("ModifyListenerAttributes listener/*",),
        shows=lambda path: everywhere(path, "120", "attributes", "tcp.idle_timeout.seconds"),
    ),
    Change(
        "group-port",
        lambda ground: {"target_group": {"port": 9094}},
        (
            *new_groups(**{"1": 6001, "2": 6002, "3": 6003}),
            *(
                f"ModifyListener listener/{port} > RegisterTargets+ target-group/bootstrap"
                " > DeregisterTargets+ target-group/bootstrap"
                for port in (6001, 6002, 6003)
            ),
        ),
        shows=lambda path: targets(path)[6002] == ["10.0.2.12:9094"],
    ),
    Change(
        "group-protocol",
        lambda ground: {"target_group": {"protocol": "TLS"}},
        new_groups(**{"1": 6001, "2": 6002, "bootstrap": 9091}),
        plot=tls,
        shows=lambda path: everywhere(path, "TLS", "group", "Protocol"),
    ),
    Change(
        "target-type",
        lambda ground: {
            "target_group": {"target_type": "instance"},
            "brokers": {"1": {"target": ground.instance}},
        },
        new_groups(**{"1": 6001, "bootstrap": 9091}),
        plot=one_zone,
        shows=lambda path: everywhere(path, "instance", "group", "TargetType"),
    ),
    Change(
        "group-attributes",
        lambda ground: {
            "target_group": {
                "deregistration_delay_seconds": 60,
                "connection_termination": False,
                "preserve_client_ip": True,
                "proxy_protocol_v2": True,
            }
        },
        ("ModifyTargetGroupAttributes target-group/*",),
        shows=lambda path: (
            everywhere(path, "60", "group_attributes", "deregistration_delay.timeout_seconds")
            and everywhere(path, "true", "group_attributes", "proxy_protocol_v2.enabled")
        ),
    ),
    Change(
        "health-check",
        lambda ground: {
            "target_group": {
                "health_check": {
                    "protocol": "HTTP",
                    "port": "8080",
                    "interval_seconds": 10,
                    "timeout_seconds": 5,
                    "healthy_threshold": 2,
                    "unhealthy_threshold": 4,
                }
            }
        },
        ("ModifyTargetGroup target-group/*",),
        shows=lambda path: (
            everywhere(path, 10, "group", "HealthCheckIntervalSeconds")
            and everywhere(path, "8080", "group", "HealthCheckPort")
        ),
    ),
    Change("wait-for-healthy", lambda ground: {"wait_for_healthy": True}, ()),
]
