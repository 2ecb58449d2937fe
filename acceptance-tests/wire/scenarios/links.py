"""Each link of the chain is taken out alone, through the sandbox's API, and closes only its way.

So the data plane is known to follow what is described, and to know no other way.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wire import reach
from wire.network import BALANCERS, BRIDGE, CONSUMER, run
from wire.paths import ADDRESSES, MTLS_ADDRESS, PLAIN_ADDRESS, PLAIN_PORT
from wire.reach import NO_WAY, OPEN, REFUSED, SILENT
from wire.report import told
from wire.stage import Stage


def run_all(stage: Stage) -> None:
    for take in (_alias, _security_group_rule, _listener, _target, _connection):
        take(stage)
        stage.paths.apply()
        stage.ready()
    stage.paths.terraform.plan_is_empty()
    told("after each, apply opened the way again; a last plan is empty")


def _state(stage: Stage) -> dict[str, str]:
    """How every port of both paths answers, dialled by the endpoints' addresses."""
    places: dict[str, tuple[str, int]] = {}
    for path in ADDRESSES:
        endpoint = stage.paths.terraform.attributes(path)["endpoint"]["id"]
        listed = {item.id: item for item in stage.data_plane.observation.endpoints}
        address = listed[endpoint].interfaces[0].address
        ports = [stage.paths.bootstrap(path)[1]]
        ports += [port for _, port in stage.paths.advertised(path).values()]
        places |= {f"{path}:{port}": (address, port) for port in ports}

    def dial(place: tuple[str, int]) -> str:
        return stage.as_consumer(lambda: reach.dial(*place))

    with ThreadPoolExecutor(len(places)) as pool:
        return dict(zip(places, pool.map(dial, places.values()), strict=True))


def _closes(stage: Stage, what: str, how: str, ports: Callable[[str], bool]) -> None:
    """Exactly the ports that `ports` picks answer in the way `how`; all others stay open."""

    def only_that() -> bool:
        return all(
            answer == (how if ports(name) else OPEN) for name, answer in _state(stage).items()
        )

    stage.eventually(only_that, f"{what}: {how} there and nowhere else")
    told(f"{what}: {how} there, open everywhere else")


def _alias(stage: Stage) -> None:
    host, port = stage.paths.bootstrap(PLAIN_ADDRESS)
    zones = stage.account.route53.list_hosted_zones()["HostedZones"]
    zone = next(item["Id"] for item in zones if item["Name"] == f"{host}.")
    records = stage.account.route53.list_resource_record_sets(HostedZoneId=zone)
    gone = [item for item in records["ResourceRecordSets"] if item["Type"] in ("A", "AAAA")]
    stage.account.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [{"Action": "DELETE", "ResourceRecordSet": item} for item in gone]
        },
    )
    stage.eventually(lambda: stage.dial(host, port) == NO_WAY, "the name is gone")
    assert not stage.as_consumer(lambda: reach.addresses(host))
    _closes(stage, "alias removed: the name does not exist, by address", OPEN, lambda _: False)


def _security_group_rule(stage: Stage) -> None:
    _, port = stage.paths.bootstrap(PLAIN_ADDRESS)
    endpoint = stage.paths.terraform.attributes(PLAIN_ADDRESS)["endpoint"]
    group = endpoint["managed_security_group_id"]
    listed = stage.account.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    rule = next(item for item in listed["IpPermissions"] if item.get("FromPort") == port)
    stage.account.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
    name = f"{PLAIN_ADDRESS}:{port}"
    _closes(stage, "security group rule removed", SILENT, lambda item: item == name)


def _listener(stage: Stage) -> None:
    attributes = stage.paths.terraform.attributes(PLAIN_ADDRESS)
    port = stage.paths.advertised(PLAIN_ADDRESS)[2][1]
    stage.account.elbv2.delete_listener(ListenerArn=attributes["listener_arns"]["2"])
    name = f"{PLAIN_ADDRESS}:{port}"
    _closes(stage, "listener deleted", REFUSED, lambda item: item == name)


def _target(stage: Stage) -> None:
    attributes = stage.paths.terraform.attributes(PLAIN_ADDRESS)
    port = stage.paths.advertised(PLAIN_ADDRESS)[3][1]
    stage.account.elbv2.deregister_targets(
        TargetGroupArn=attributes["target_group_arns"]["3"],
        Targets=[{"Id": stage.paths.machines[3], "Port": PLAIN_PORT}],
    )
    name = f"{PLAIN_ADDRESS}:{port}"
    _closes(stage, "target deregistered", REFUSED, lambda item: item == name)


def _connection(stage: Stage) -> None:
    attributes = stage.paths.terraform.attributes(MTLS_ADDRESS)
    stage.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=attributes["id"], VpcEndpointIds=[attributes["endpoint"]["id"]]
    )
    _closes(stage, "connection rejected", SILENT, lambda item: item.startswith(MTLS_ADDRESS))


def no_other_way(stage: Stage) -> None:
    """The consumer reaches nothing but the endpoints; and this check can fail."""
    assert not _other_ways(stage), _other_ways(stage)
    heard = stage.strangers()
    assert not heard, heard
    told("the consumer reaches no machine, no node of a load balancer, and no other name")
    # A second link that nothing described: the same check must now find it.
    link, route = ("ip", "-n", BALANCERS, "link"), ("ip", "-n", CONSUMER)
    run(*link, "add", "bypass", "type", "veth", "peer", "name", "b0", "netns", CONSUMER)
    run(*link, "set", "bypass", "master", BRIDGE, "up")
    run(*route, "addr", "add", "10.0.250.250/16", "dev", "b0")
    run(*route, "link", "set", "b0", "up")
    try:
        found = _other_ways(stage)
        assert any("10.0." in item for item in found), "the check does not see a way round"
        assert stage.strangers(), "the machines' counters do not see a stranger"
    finally:
        run(*link, "del", "bypass")
    stage.ears.forget()
    assert not _other_ways(stage)
    told(f"with a route added the same checks fail ({len(found)} ways), without it they pass again")


def _other_ways(stage: Stage) -> list[str]:
    nodes = sorted(item for item in stage.data_plane.nodes)
    places = [(item, PLAIN_PORT) for item in (*stage.ears.machines, *nodes[:2])]
    places += [(item, 9092) for item in stage.ears.machines] + [("10.9.0.1", 22)]
    names = ["example.com", "localhost.test.com", "test.com", "sub.kafka.test.com"]

    def ask() -> list[str]:
        ways = [f"{item}:{port}" for item, port in places if _answers(item, port)]
        return ways + [name for name in names if reach.addresses(name)]

    return stage.as_consumer(ask)


def _answers(address: str, port: int) -> bool:
    return reach.dial(address, port, 0.5) in (OPEN, REFUSED)
