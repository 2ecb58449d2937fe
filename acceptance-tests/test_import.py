"""Taking over what others built: nothing is replaced or deleted, and the next plan is empty."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from harness import hcl
from harness.aws import Account, Control
from harness.configuration import (
    ADDRESS,
    HEADER,
    HOSTNAME,
    configuration,
    merged,
    orders,
    resource,
    service_side,
)
from harness.handmade import HandMade
from harness.hcl import Expression
from harness.layouts import LAYOUTS, Layout, on_other_ports
from harness.network import Network, sandbox_network
from harness.path import OWNERSHIP, inventory, services, tag_map, tags
from harness.terraform import Outcome, Workspace

NewWorkspace = Callable[[str], Workspace]
# What a hand-made load balancer of these tests has and the resource would make otherwise.
AS_BUILT = {"target_group": {"connection_termination": False}}


def import_block(identifier: str, **more: Any) -> str:
    return hcl.block("import", body={"to": Expression(ADDRESS), "id": identifier, **more})


# Terraform 1.16 looks for hashicorp/kafka without it; none takes it once there is a configuration.
OF_OURS = {"provider": Expression("kafka")}


layouts = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.label)


def arguments_of(network: Network, described: dict[str, Any]) -> dict[str, Any]:
    return merged(service_side(network, count=3, **AS_BUILT), described)


@layouts
def test_a_hand_made_path_is_taken_over(
    account: Account, control: Control, network: Network, terraform: Workspace, layout: Layout
) -> None:
    made = HandMade.with_service(account, network)
    arguments = arguments_of(network, layout.build(made))
    names, held = made.names(), inventory(account)
    neighbours = {port: made.on_port(port) for port in layout.neighbours}
    terraform.write(configuration(arguments), import_block(made.service))
    control.forget_calls()

    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    assert control.writes() == []
    terraform.apply()

    writes = Counter(control.writes())
    creates = {name: n for name, n in writes.items() if name.startswith("Create")}
    assert creates.pop("CreateTags", 0) > 0, "the service is tagged"
    assert creates == layout.creates
    assert not [name for name in writes if re.match("Delete|Deregister|Modify(Listener$)", name)]
    assert inventory(account) >= held
    assert made.names().items() >= names.items()
    assert {port: made.on_port(port) for port in layout.neighbours} == neighbours
    assert terraform.attributes()["drift"] == {}
    everything_of_the_path_is_tagged(account, terraform.attributes())
    terraform.plan_is_empty()


def test_groups_that_are_listed_late_are_taken_over_too(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """A group is listed by its load balancer only some time after a listener forwards to it."""
    made = HandMade.with_service(account, network)
    layout = next(item for item in LAYOUTS if not item.creates)
    arguments = arguments_of(network, layout.build(made))
    terraform.write(configuration(arguments), import_block(made.service))
    control.fault(group_listing="late")
    control.forget_calls()
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply()
    made_anew = [name for name in control.writes() if re.match("Create(?!Tags)", name)]
    assert made_anew == []
    everything_of_the_path_is_tagged(account, terraform.attributes())
    terraform.plan_is_empty()


def everything_of_the_path_is_tagged(account: Account, attributes: dict[str, Any]) -> None:
    arns = [attributes["load_balancer_arn"]]
    arns += [*attributes["listener_arns"].values(), *attributes["target_group_arns"].values()]
    found = tags(account, *arns)
    [service] = services(account)
    found["service"] = tag_map(service["Tags"])
    for thing, carried in found.items():
        assert set(OWNERSHIP) <= set(carried), f"{thing} has {carried}"
        assert carried["kafka-privatelink:owner"] == attributes["owner_id"]


@layouts
def test_a_configuration_is_generated_from_a_hand_made_path(
    account: Account, control: Control, network: Network, terraform: Workspace, layout: Layout
) -> None:
    """All but the host name, which AWS holds nowhere; the rest is taken over as it is."""
    made = HandMade.with_service(account, network)
    layout.build(made)
    neighbours = {port: made.on_port(port) for port in layout.neighbours}
    terraform.write(HEADER, import_block(made.service))
    refused = generate(terraform).expect(1)
    assert [error.summary for error in refused.errors] == ["Missing value"], refused.report()
    assert "hostname" in refused.errors[0].text
    text = (terraform.folder / "generated.tf").read_text()
    filled = re.sub(r"hostname += null", f'hostname = "{HOSTNAME}"', text)
    (terraform.folder / "generated.tf").write_text(filled)

    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    change = plan.change(ADDRESS)
    assert change["before"]["brokers"] == change["after"]["brokers"]
    control.forget_calls()
    terraform.apply()
    assert not [name for name in control.writes() if re.match("Delete|Deregister", name)]
    assert {port: made.on_port(port) for port in layout.neighbours} == neighbours
    terraform.plan_is_empty()


def generate(terraform: Workspace) -> Outcome:
    return terraform.try_plan("-generate-config-out=generated.tf")


@pytest.mark.matrix
@pytest.mark.parametrize("with_endpoint", [True, False], ids=["both-sides", "service-side"])
def test_a_configuration_generated_from_a_path_of_ours_plans_empty(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    new_workspace: NewWorkspace,
    with_endpoint: bool,
) -> None:
    arguments = (orders if with_endpoint else service_side)(network, tags={"team": "kafka"})
    terraform.write(configuration(arguments)).apply()
    made = terraform.attributes()
    imported = new_workspace("imported")
    imported.write(HEADER, import_block(arguments["name"], **OF_OURS))
    control.forget_calls()
    generated = generate(imported)
    imported.write(HEADER, import_block(arguments["name"]))
    if with_endpoint and not imported.installation.cli.has(terraform="1.11", opentofu="1.12"):
        # Its generator leaves out computed members of an argument, finds that it did, and has written
        # the file by then.
        assert 'attribute "endpoint"' in generated.expect(1).text, generated.report()
    else:
        # Importing is a change of its own to Terraform.
        generated.expect(2)
    plan = imported.plan()
    assert plan.actions(ADDRESS) == ["no-op"]
    imported.apply()
    assert imported.attributes() == made | {"timeouts": None}
    imported.plan_is_empty()
    assert control.writes() == []


@pytest.mark.matrix
@pytest.mark.parametrize("how", ["service", "name", "with-endpoint"])
def test_a_path_in_another_region_is_imported_with_its_region(
    account: Account,
    control: Control,
    terraform: Workspace,
    new_workspace: NewWorkspace,
    how: str,
) -> None:
    """Nothing else in the configuration names the region; no provider block of its own is needed."""
    elsewhere = sandbox_network(account, "eu-west-1")
    terraform.write(configuration(orders(elsewhere, count=1, region="eu-west-1"))).apply()
    made = terraform.attributes()
    identifier = {
        "service": made["id"],
        "name": made["name"],
        "with-endpoint": f"{made['id']},{made['endpoint']['id']}",
    }[how]
    imported = new_workspace("imported").write(HEADER, import_block(identifier, **OF_OURS))
    refused = generate(imported).expect(1)
    assert "us-east-1" in refused.text and "@" in refused.text
    assert not (imported.folder / "generated.tf").exists()
    control.forget_calls()
    imported.write(HEADER, import_block(f"{identifier}@eu-west-1"))
    imported.write(resource(orders(elsewhere, count=1, region="eu-west-1")), file="path.tf")
    plan = imported.plan()
    assert plan.actions(ADDRESS) == ["no-op"]
    imported.apply("plan.bin")
    assert imported.attributes() == made | {"timeouts": None}
    imported.plan_is_empty()
    assert control.writes() == []


def test_the_endpoint_is_taken_over_when_it_is_named(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """With its security group and its record, by which the host name is known."""
    made = HandMade.with_service(account, network).bootstrap(1, 2, 3).brokers(1, 2, 3)
    endpoint = made.endpoint()
    zone = made.alias(HOSTNAME, endpoint)
    held = inventory(account)
    identifier = f"{made.service},{endpoint['VpcEndpointId']}"
    terraform.write(HEADER, import_block(identifier))
    generate(terraform).expect(2)
    control.forget_calls()
    terraform.apply()
    writes = set(control.writes())
    assert writes <= {"CreateTags", "AddTags", "ModifyTargetGroupAttributes"}, writes
    assert inventory(account) == held
    attributes = terraform.attributes()
    assert attributes["hostname"] == HOSTNAME
    assert attributes["endpoint"]["id"] == endpoint["VpcEndpointId"]
    assert attributes["endpoint"]["zone_id"] == zone
    assert attributes["endpoint"]["managed_security_group_id"] is None
    terraform.plan_is_empty()


def test_an_endpoint_that_is_not_named_stays_somebody_elses(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade.with_service(account, network).bootstrap(1, 2, 3).brokers(1, 2, 3)
    endpoint = made.endpoint()
    made.alias(HOSTNAME, endpoint)
    held = inventory(account)
    arguments = arguments_of(network, {})
    terraform.write(configuration(arguments), import_block(made.service)).apply()
    assert inventory(account) == held
    found = account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert found["VpcEndpoints"][0].get("Tags", []) == []
    assert terraform.attributes().get("endpoint") is None


def test_a_named_endpoint_that_is_not_configured_is_left_alone(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade.with_service(account, network).bootstrap(1, 2, 3).brokers(1, 2, 3)
    endpoint = made.endpoint()
    made.alias(HOSTNAME, endpoint)
    held = inventory(account)
    identifier = f"{made.service},{endpoint['VpcEndpointId']}"
    terraform.write(configuration(arguments_of(network, {})), import_block(identifier))
    warned = terraform.apply().warnings
    assert any("the endpoint" in warning.detail for warning in warned)
    assert inventory(account) == held
    assert not terraform.plan_is_empty().warnings


def test_a_broker_that_is_not_configured_is_forgotten(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade.with_service(account, network).bootstrap(1, 2, 3).brokers(1, 2, 3)
    third = made.on_port(6003)
    held = inventory(account)
    arguments = merged(service_side(network, count=2), AS_BUILT)
    terraform.write(configuration(arguments), import_block(made.service))
    warned = [item.text for item in terraform.plan().outcome.warnings]
    assert any("broker 3" in text and "6003" in text for text in warned), warned
    terraform.apply()
    assert made.on_port(6003) == third
    assert inventory(account) == held
    quiet = terraform.plan()
    assert quiet.actions(ADDRESS) == ["no-op"]
    assert quiet.outcome.warnings == []

    # It is somebody else's now, and would die with the load balancer.
    refused = terraform.run("destroy", "-auto-approve", "-input=false", "-json").expect(1)
    assert "6003" in refused.text
    assert inventory(account) == held


def test_a_load_balancer_without_security_groups_is_taken_as_it_is(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade.with_service(account, network).bootstrap(1, 2, 3).brokers(1, 2, 3)
    terraform.write(configuration(arguments_of(network, {})), import_block(made.service))
    terraform.apply()
    assert "SetSecurityGroups" not in control.writes()
    balancer = terraform.attributes()["load_balancer"]
    assert balancer["security_group_ids"] is None
    enforce = "enforce_security_group_inbound_rules_on_private_link_traffic"
    assert balancer[enforce] == "off"
    assert terraform.attributes()["load_balancer_security_group_id"] is None
    terraform.plan_is_empty()

    group = account.ec2.create_security_group(
        GroupName="late", Description="late", VpcId=network.kafka.id
    )["GroupId"]
    asked = arguments_of(network, {"load_balancer": {"security_group_ids": [group]}})
    refused = terraform.write(configuration(asked)).plan_fails()
    assert "without security groups" in refused.text


def test_given_security_groups_are_kept(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    group = account.ec2.create_security_group(
        GroupName="brokers", Description="brokers", VpcId=network.kafka.id
    )["GroupId"]
    made = HandMade.with_service(account, network, SecurityGroups=[group])
    made.bootstrap(1, 2, 3).brokers(1, 2, 3)
    given = {"load_balancer": {"security_group_ids": [group]}}
    terraform.write(configuration(arguments_of(network, given)), import_block(made.service))
    change = terraform.plan().change(ADDRESS)
    assert change["before"]["load_balancer"] == change["after"]["load_balancer"]
    terraform.apply()
    assert "SetSecurityGroups" not in control.writes()
    terraform.plan_is_empty()


def test_settings_that_differ_are_shown_where_they_are_set(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """In the argument if all differ alike, in `drift` if one does."""
    made = HandMade.with_service(account, network, cross_zone=False)
    made.bootstrap(1, 2, 3).brokers(1, 2, 3)
    elbv2 = account.elbv2
    for arn in made.groups.values():
        elbv2.modify_target_group_attributes(
            TargetGroupArn=arn,
            Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}],
        )
    elbv2.modify_target_group(
        TargetGroupArn=made.groups["Prod-Node-2-tcp"], HealthCheckIntervalSeconds=10
    )
    elbv2.modify_listener_attributes(
        ListenerArn=made.on_port(6003)["listener"]["ListenerArn"],
        Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "100"}],
    )
    terraform.write(configuration(arguments_of(network, {})), import_block(made.service))
    change = terraform.plan().change(ADDRESS)
    before, after = change["before"], change["after"]
    assert before["load_balancer"]["cross_zone_enabled"] is False
    assert before["target_group"]["deregistration_delay_seconds"] == 60
    assert after["target_group"]["deregistration_delay_seconds"] == 300
    # One key, which a generated configuration may have.
    [found] = before["drift"].values()
    assert "the target group of broker 2: has another health check" in found
    assert "the listener on port 6003: its idle timeout is not 350 s" in found
    assert after["drift"] == {}
    terraform.apply()
    terraform.plan_is_empty()


def test_a_service_with_two_load_balancers_is_refused(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade(account, network)
    balancers = [made.load_balancer(name) for name in ("one", "two")]
    service = made.endpoint_service(*balancers)
    terraform.write(configuration(service_side(network)))
    refused = terraform.run("import", "-input=false", "-no-color", ADDRESS, service).expect(1)
    said = " ".join(refused.stderr.replace("│", " ").split())
    assert all(arn in said.replace(" ", "") for arn in balancers)
    assert "has exactly one" in said
    assert terraform.state()["resources"] == []


def test_an_endpoint_of_another_service_is_refused(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade.with_service(account, network).brokers(1)
    mine = made.endpoint()["VpcEndpointId"]
    other = made.endpoint_service(made.load_balancer("another"))
    terraform.write(configuration(service_side(network)))
    for identifier in (f"{other},{mine}", f"{made.service},vpce-0123456789abcdef0"):
        refused = terraform.run("import", "-input=false", "-no-color", ADDRESS, identifier)
        assert "Not an endpoint of this service" in refused.expect(1).stderr
    assert terraform.state()["resources"] == []


def test_the_private_name_of_a_service_is_its_host_name(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade(account, network)
    made.balancer = made.load_balancer("streaming-prod-NLB")
    made.service = made.endpoint_service(made.balancer, PrivateDnsName=HOSTNAME)
    made.bootstrap(1, 2, 3).brokers(1, 2, 3)
    terraform.write(configuration(arguments_of(network, {})), import_block(made.service))
    assert terraform.plan().change(ADDRESS)["before"]["hostname"] == HOSTNAME


def test_the_command_gives_the_same_as_the_block(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """`terraform import` reads once, and the plan after it once more."""
    made = HandMade.with_service(account, network)
    arguments = arguments_of(network, on_other_ports(made))
    terraform.write(configuration(arguments))
    terraform.run("import", "-input=false", "-no-color", ADDRESS, made.service).expect(0)
    terraform.refresh_only()
    control.forget_calls()
    terraform.apply()
    assert set(control.writes()) <= {
        "CreateTags",
        "AddTags",
        "ModifyTargetGroupAttributes",
        "ModifyLoadBalancerAttributes",
    }
    terraform.plan_is_empty()


def test_what_was_taken_over_is_destroyed_whole(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    empty = inventory(account)
    made = HandMade.with_service(account, network).bootstrap(1, 2, 3).brokers(1, 2, 3)
    terraform.write(configuration(arguments_of(network, {})), import_block(made.service))
    terraform.apply()
    terraform.destroy()
    assert inventory(account) == empty
