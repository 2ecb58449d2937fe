"""What others do to the paths behind terraform's back."""

import time

from harness.terraform import CHANGES
from wire import reach
from wire.paths import MTLS_ADDRESS, PLAIN_ADDRESS
from wire.reach import OPEN, REFUSED, SILENT
from wire.report import told
from wire.stage import Stage


def listeners(stage: Stage) -> None:
    """One is deleted, another points at the wrong group."""
    elbv2, arns = stage.account.elbv2, _listener_arns(stage, PLAIN_ADDRESS)
    advertised = stage.paths.advertised(PLAIN_ADDRESS)
    (host, first), (_, third) = advertised[1], advertised[3]
    groups = stage.paths.terraform.attributes(PLAIN_ADDRESS)["target_group_arns"]
    elbv2.delete_listener(ListenerArn=arns["1"])
    elbv2.modify_listener(
        ListenerArn=arns["3"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["2"]}],
    )
    stage.eventually(lambda: stage.dial(host, first) == REFUSED, f"{first} is refused")
    stage.eventually(
        lambda: stage.is_node(PLAIN_ADDRESS, 2, host, third), f"{third} leads to the wrong broker"
    )
    time.sleep(2)
    worst = max(item.pending for item in stage.load.progress())
    assert worst > 0, "clients did not notice"
    told(f"{first} is refused, {third} leads to broker 2; up to {worst} records of a stream wait")
    # As people read it: the machine-readable plan names no values.
    planned = stage.paths.terraform.run("plan", "-input=false", "-no-color", "-detailed-exitcode")
    for port in (first, third):
        assert str(port) in planned.expect(CHANGES).text, planned.report()
    stage.paths.apply()
    stage.ready()
    told("terraform plan named both, apply repaired them, clients went on by themselves")


def rejected_and_repaired(stage: Stage) -> None:
    """The connection of the plain path's endpoint is rejected; the other path does not notice."""
    host, port = stage.paths.bootstrap(PLAIN_ADDRESS)
    attributes = stage.paths.terraform.attributes(PLAIN_ADDRESS)
    # AWS may take the endpoint's names away with the connection: the address tells more.
    address = stage.as_consumer(lambda: reach.addresses(host))[0]
    stage.account.ec2.reject_vpc_endpoint_connections(
        ServiceId=attributes["id"], VpcEndpointIds=[attributes["endpoint"]["id"]]
    )
    stage.eventually(lambda: stage.dial(address, port) == SILENT, "the endpoint is silent")
    for node, (_, own) in stage.paths.advertised(PLAIN_ADDRESS).items():
        assert stage.dial(address, own) == SILENT, f"broker {node} answers"
    other, bootstrap = stage.paths.bootstrap(MTLS_ADDRESS)
    assert stage.dial(other, bootstrap) == OPEN
    told("a rejected endpoint is silent on every port; the other path goes on")
    stage.paths.apply()
    stage.ready()
    stage.paths.terraform.plan_is_empty()
    told("apply made the path whole again, clients went on by themselves")


def _listener_arns(stage: Stage, path: str) -> dict[str, str]:
    return stage.paths.terraform.attributes(path)["listener_arns"]
