"""Changes of brokers, their ports and their machines."""

from semantics.change import Change, Path
from semantics.ground import Ground

GROUP = "CreateTargetGroup {0} > ModifyTargetGroupAttributes {0} > RegisterTargets {0}"


def targets(path: Path) -> dict[int, list[str]]:
    return {
        port: sorted(f"{address}:{port}" for address, port in item["targets"])
        for port, item in path["listeners"].items()
    }


def replaced(broker: int, listener: int) -> str:
    """One broker's port is handed from its old group to a new one in one call."""
    return (
        GROUP.format(f"new target-group/{broker}")
        + f" > ModifyListener listener/{listener}"
        + f" > DeregisterTargets target-group/{broker} > DeleteTargetGroup target-group/{broker}"
    )


def bootstrap_follows(broker: int, listener: int) -> str:
    """The new machine is offered once its own port leads to it, and then the old one leaves."""
    return (
        f"ModifyListener listener/{listener} > RegisterTargets target-group/bootstrap"
        " > DeregisterTargets target-group/bootstrap"
    )


def moved(old: int, new: int) -> tuple[str, str]:
    """A port that opens before another closes, and the managed group around both."""
    return (
        f"CreateListener listener/{new} > DeleteListener listener/{old}"
        " > RevokeSecurityGroupIngress security-group/consumer",
        "AuthorizeSecurityGroupIngress security-group/consumer"
        " > RevokeSecurityGroupIngress security-group/consumer",
    )


def third_address(ground: Ground) -> str:
    return ground.network.kafka.address(2, 99)


CHANGES = [
    Change(
        "broker-joins",
        lambda ground: {"brokers": {"4": {"target": ground.network.kafka.address(0, 14)}}},
        (
            GROUP.format("target-group/4")
            + " > CreateListener listener/6004 > RegisterTargets target-group/bootstrap",
            # The wider range of ports first, then the narrower one goes.
            "AuthorizeSecurityGroupIngress security-group/consumer"
            " > RevokeSecurityGroupIngress security-group/consumer",
        ),
        shows=lambda path: (
            targets(path)[6004] == ["10.0.1.14:9092"]
            and "10.0.1.14:9092" in targets(path)[9091]
            and len(targets(path)[9091]) == 4
        ),
        back="broker-leaves",
        back_calls=(
            "DeregisterTargets target-group/bootstrap > DeregisterTargets target-group/4"
            " > DeleteListener listener/6004 > DeleteTargetGroup target-group/4",
            "AuthorizeSecurityGroupIngress security-group/consumer"
            " > RevokeSecurityGroupIngress security-group/consumer",
            "DeleteListener listener/6004 > RevokeSecurityGroupIngress security-group/consumer",
        ),
    ),
    Change(
        "broker-moves",
        lambda ground: {"brokers": {"3": {"target": third_address(ground)}}},
        (replaced(3, 6003), bootstrap_follows(3, 6003)),
        shows=lambda path: targets(path)[6003] == ["10.0.3.99:9092"],
    ),
    Change(
        "brokers-swap-machines",
        lambda ground: {
            "brokers": {
                "1": {"target": ground.network.kafka.address(1, 12)},
                "2": {"target": ground.network.kafka.address(0, 11)},
            }
        },
        (replaced(1, 6001), replaced(2, 6002)),
        shows=lambda path: (
            targets(path)[6001] == ["10.0.2.12:9092"] and targets(path)[6002] == ["10.0.1.11:9092"]
        ),
    ),
    Change(
        "broker-listens-elsewhere",
        lambda ground: {"brokers": {"3": {"target_port": 9095}}},
        (replaced(3, 6003), bootstrap_follows(3, 6003)),
        shows=lambda path: targets(path)[6003] == ["10.0.3.13:9095"],
    ),
    Change(
        "broker-outside-changes-zone",
        lambda ground: {"brokers": {"3": {"availability_zone": "us-east-1a"}}},
        (
            replaced(3, 6003),
            # The same address and port: AWS knows no second target beside the first.
            "ModifyListener listener/6003 > DeregisterTargets target-group/bootstrap"
            " > RegisterTargets+ target-group/bootstrap",
        ),
        base=lambda ground: {
            "brokers": {"3": {"target": "172.16.7.13", "availability_zone": "all"}}
        },
        shows=lambda path: targets(path)[6003] == ["172.16.7.13:9092"],
    ),
    Change(
        "port-moves",
        lambda ground: {"brokers": {"3": {"port": 7003}}},
        moved(6003, 7003),
        back_calls=moved(7003, 6003),
        shows=lambda path: targets(path)[7003] == ["10.0.3.13:9092"],
        warns="7003",
    ),
    Change(
        "ports-swap",
        lambda ground: {"brokers": {"1": {"port": 6002}, "2": {"port": 6001}}},
        ("ModifyListener listener/6001", "ModifyListener listener/6002"),
        shows=lambda path: targets(path)[6001] == ["10.0.2.12:9092"],
    ),
    Change(
        "additional-port",
        lambda ground: {"brokers": {"3": {"additional_ports": [7003]}}},
        (
            "CreateListener listener/7003",
            "AuthorizeSecurityGroupIngress security-group/consumer",
        ),
        back="additional-port-goes",
        back_calls=(
            "DeleteListener listener/7003 > RevokeSecurityGroupIngress security-group/consumer",
        ),
        shows=lambda path: targets(path)[7003] == targets(path)[6003],
    ),
    Change(
        "port-from-additional",
        lambda ground: {"brokers": {"3": {"port": 7003, "additional_ports": [6003]}}},
        (),
        base=lambda ground: {"brokers": {"3": {"additional_ports": [7003]}}},
        shows=lambda path: targets(path)[7003] == targets(path)[6003],
    ),
    Change(
        "bootstrap-port",
        lambda ground: {"bootstrap_port": 9092},
        moved(9091, 9092),
        back_calls=moved(9092, 9091),
        shows=lambda path: len(targets(path)[9092]) == 3,
    ),
    Change(
        "broker-port-base",
        lambda ground: {"broker_port_base": 7000},
        tuple(chain for n in (1, 2, 3) for chain in moved(6000 + n, 7000 + n)),
        back_calls=tuple(chain for n in (1, 2, 3) for chain in moved(7000 + n, 6000 + n)),
        shows=lambda path: set(path["listeners"]) == {9091, 7001, 7002, 7003},
        warns="7001",
    ),
]
