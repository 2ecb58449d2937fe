"""Damage to listeners, target groups and their targets."""

from collections.abc import Callable

from semantics.drift import Drift, Path, Round
from semantics.ground import Ground, tls

Damage = Callable[[Ground, Path], None]


def group(path: Path, port: int) -> str:
    return path["listeners"][port]["group"]["TargetGroupArn"]


def listener(path: Path, port: int) -> str:
    return path["listeners"][port]["ListenerArn"]


def delete_listener(ground: Ground, path: Path) -> None:
    ground.account.elbv2.delete_listener(ListenerArn=listener(path, 6002))


def move_listener(ground: Ground, path: Path) -> None:
    ground.account.elbv2.modify_listener(ListenerArn=listener(path, 6003), Port=6999)


def send_to_bootstrap(ground: Ground, path: Path) -> None:
    forward(ground, listener(path, 6001), group(path, 9091))


def send_to_strangers(ground: Ground, path: Path) -> None:
    forward(ground, listener(path, 6003), ground.foreign_target_group)


def forward(ground: Ground, listener_arn: str, group_arn: str) -> None:
    ground.account.elbv2.modify_listener(
        ListenerArn=listener_arn,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )


def change_idle_timeout(ground: Ground, path: Path) -> None:
    ground.account.elbv2.modify_listener_attributes(
        ListenerArn=listener(path, 9091),
        Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "99"}],
    )


def change_certificate(ground: Ground, path: Path) -> None:
    ground.account.elbv2.modify_listener(
        ListenerArn=listener(path, 6001),
        Certificates=[{"CertificateArn": ground.other_certificate}],
    )


def change_policy(ground: Ground, path: Path) -> None:
    ground.account.elbv2.modify_listener(
        ListenerArn=listener(path, 9091), SslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06"
    )


def deregister(at: int, whose: int) -> Damage:
    def damage(ground: Ground, path: Path) -> None:
        targets = path["listeners"][whose]["targets"]
        ground.account.elbv2.deregister_targets(
            TargetGroupArn=group(path, at),
            Targets=[{"Id": address, "Port": port} for address, port in targets],
        )

    return damage


def register_a_stranger(ground: Ground, path: Path) -> None:
    ground.account.elbv2.register_targets(
        TargetGroupArn=group(path, 6001),
        Targets=[{"Id": ground.network.kafka.address(2, 77), "Port": 9092}],
    )


def change_health_check(ground: Ground, path: Path) -> None:
    ground.account.elbv2.modify_target_group(
        TargetGroupArn=group(path, 9091), HealthCheckIntervalSeconds=60
    )


def set_attribute(port: int, key: str, value: str) -> Damage:
    def damage(ground: Ground, path: Path) -> None:
        ground.account.elbv2.modify_target_group_attributes(
            TargetGroupArn=group(path, port), Attributes=[{"Key": key, "Value": value}]
        )

    return damage


ROUNDS = [
    Round(
        "listeners",
        (
            Drift("listener-deleted", delete_listener, ('brokers["2"].port',)),
            Drift("listener-moved", move_listener, ('brokers["3"].port',)),
            Drift("listener-to-bootstrap", send_to_bootstrap, ('brokers["1"].port',)),
            Drift(
                "idle-timeout",
                change_idle_timeout,
                ("listener.tcp_idle_timeout_seconds", 'drift["listener/9091"]'),
            ),
        ),
    ),
    Round(
        "tls",
        (
            Drift(
                "certificate",
                change_certificate,
                ("listener.certificate_arn", 'drift["listener/6001"]'),
            ),
            Drift("policy", change_policy, ("listener.ssl_policy", 'drift["listener/9091"]')),
        ),
        plot=tls,
    ),
    Round(
        "targets",
        (
            Drift("listener-misdirected", send_to_strangers, ('drift["listener/6003"]',)),
            Drift("target-deregistered", deregister(6002, 6002), ('brokers["2"].target',)),
            Drift(
                "bootstrap-target-deregistered",
                deregister(9091, 6002),
                ('drift["target-group/bootstrap"]',),
            ),
            Drift("foreign-target", register_a_stranger, ('drift["target-group/1"]',)),
        ),
    ),
    Round(
        "groups",
        (
            Drift(
                "health-check",
                change_health_check,
                (
                    "target_group.health_check.interval_seconds",
                    'drift["target-group/bootstrap"]',
                ),
            ),
            Drift(
                "group-attribute",
                set_attribute(6001, "deregistration_delay.timeout_seconds", "17"),
                ("target_group.deregistration_delay_seconds", 'drift["target-group/1"]'),
            ),
            Drift(
                "group-cross-zone",
                set_attribute(6002, "load_balancing.cross_zone.enabled", "false"),
                ('drift["target-group/2"]',),
            ),
        ),
    ),
]
