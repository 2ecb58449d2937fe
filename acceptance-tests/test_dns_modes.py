"""How the hostname is published: by an alias, by the endpoint's addresses, or not at all."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HOSTNAME, PRINCIPAL
from harness.network import Network, add_ipv6, sandbox_network
from harness.path import inventory, living_endpoints, zones
from harness.sides import SIDES, Side
from harness.surroundings import private_zone
from harness.terraform import Workspace

of_both = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
OLD = {"Name": HOSTNAME, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.200.0.1"}]}


def dns(mode: str) -> dict[str, Any]:
    return {"dns": {"mode": mode}}


def records(account: Account) -> dict[str, Any]:
    """Type -> the name of an alias, or the addresses and how long they are valid."""
    found = [item for zone in zones(account) for item in zone["Records"]]
    return {
        item["Type"]: item["AliasTarget"]["DNSName"].rstrip(".")
        if "AliasTarget" in item
        else ({value["Value"] for value in item["ResourceRecords"]}, item["TTL"])
        for item in found
        if item["Name"] == f"{HOSTNAME}."
    }


def addresses(account: Account) -> dict[str, Any]:
    """What records of the endpoint's addresses hold."""
    ids = living_endpoints(account)[0]["NetworkInterfaceIds"]
    found = account.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    four = {item["PrivateIpAddress"] for item in found}
    six = {one["Ipv6Address"] for item in found for one in item.get("Ipv6Addresses", [])}
    return {kind: (held, 60) for kind, held in (("A", four), ("AAAA", six)) if held}


def is_as(mode: str, side: Side, account: Account, terraform: Workspace) -> None:
    found = side.attributes(terraform)
    assert found["dns"] == {"mode": mode}
    match mode:
        case "alias":
            assert records(account) == {"A": found["dns_name"]}
        case "records":
            assert records(account) == addresses(account)
        case "none":
            assert records(account) == {}
            assert found["managed_zone_id"] is None
    terraform.plan_is_empty()


@of_both
@pytest.mark.parametrize("is_given", [False, True], ids=["managed-zone", "given-zone"])
def test_the_mode_changes_in_place_and_nothing_is_left(
    side: Side, is_given: bool, account: Account, network: Network, terraform: Workspace
) -> None:
    zone = {"zone_id": private_zone(account, "test.com", network.client.id)} if is_given else {}
    before = inventory(account)
    for mode in ("records", "alias", "none", "records", "none", "alias", "records"):
        given = {} if mode == "none" else zone
        terraform.write(side.text(network, **dns(mode), **given))
        if mode != "records" or records(account):
            assert terraform.plan().actions(side.address) == ["update"]
        terraform.apply()
        is_as(mode, side, account, terraform)
    terraform.destroy()
    assert inventory(account) == before


@of_both
def test_between_alias_and_records_the_name_keeps_resolving(
    side: Side, account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(side.text(network)).apply()
    for mode in ("records", "alias"):
        control.forget_calls()
        terraform.write(side.text(network, **dns(mode))).apply()
        written = [call for call in control.calls() if call["write"] and not call["error"]]
        assert [call["action"] for call in written] == ["ChangeResourceRecordSets"]
        params = written[0]["params"].items()
        assert [value for key, value in params if key.endswith(".Action")] == ["UPSERT"]
        is_as(mode, side, account, terraform)


@of_both
def test_the_addresses_follow_the_interfaces(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    for subnets in (network.client.subnets[:1], network.client.subnets, network.client.subnets[1:]):
        terraform.write(side.text(network, subnet_ids=subnets, **dns("records"))).apply()
        assert len(records(account)["A"][0]) == len(subnets)
        is_as("records", side, account, terraform)


def test_each_family_has_its_addresses(
    account: Account, network: Network, terraform: Workspace
) -> None:
    [side, _] = SIDES
    add_ipv6(account, network.kafka)
    add_ipv6(account, network.client)
    path = {
        "load_balancer": {"ip_address_type": "dualstack"},
        "endpoint_service": {"supported_ip_address_types": ["ipv4", "ipv6"]},
    }
    for kind, types in (("dualstack", {"A", "AAAA"}), ("ipv4", {"A"}), ("ipv6", {"AAAA"})):
        text = side.text(network, path=path, ip_address_type=kind, **dns("records"))
        terraform.write(text).apply()
        assert set(records(account)) == types
        expected = addresses(account)
        assert records(account) == {kind: expected[kind] for kind in types}
        terraform.plan_is_empty()


@of_both
def test_what_somebody_changes_is_told_and_repaired(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    terraform.write(side.text(network, **dns("records"))).apply()
    [zone] = zones(account)
    change = {"Action": "UPSERT", "ResourceRecordSet": OLD}
    account.route53.change_resource_record_sets(
        HostedZoneId=zone["Id"], ChangeBatch={"Changes": [change]}
    )
    terraform.refresh_only()
    assert side.drift(terraform) == {"alias": "does not hold the endpoint's addresses"}
    terraform.apply()
    is_as("records", side, account, terraform)


@of_both
def test_a_foreign_record_is_left_alone_and_taken_over_on_demand(
    side: Side, account: Account, network: Network, terraform: Workspace
) -> None:
    zone = private_zone(account, "test.com", network.client.id)
    change = {"Action": "CREATE", "ResourceRecordSet": OLD}
    account.route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [change]}
    )
    foreign = records(account)

    # Nobody looks at it.
    terraform.write(side.text(network, **dns("none"))).apply()
    assert records(account) == foreign
    terraform.plan_is_empty()

    published = {**dns("records"), "zone_id": zone}
    refused = terraform.write(side.text(network, **published)).try_apply()
    text = "\n".join(item.text for item in refused.diagnostics)
    assert refused.errors and "10.200.0.1" in text, text
    assert records(account) == foreign

    terraform.write(side.text(network, overwrite_record=True, **published)).apply()
    is_as("records", side, account, terraform)
    terraform.destroy()
    assert records(account) == {}


@of_both
def test_an_import_finds_the_records(
    side: Side,
    account: Account,
    network: Network,
    terraform: Workspace,
    new_workspace: Callable[[str], Workspace],
) -> None:
    terraform.write(side.text(network, **dns("records"))).apply()
    imported = new_workspace("imported")
    imported.write(side.text(network, **dns("records")))
    name = "clients" if side.is_alone else "orders"
    if side.is_alone:
        imported.run("import", ADDRESS, "orders").expect(0)
    imported.run("import", side.address, name).expect(0)
    assert side.attributes(imported)["dns"] == {"mode": "records"}
    before = records(account)
    imported.apply()
    assert records(account) == before
    imported.plan_is_empty()


@of_both
def test_a_zone_is_refused_where_there_are_no_records(
    side: Side, network: Network, terraform: Workspace
) -> None:
    terraform.write(side.text(network, zone_id="Z0A1B2C3D4", **dns("none")))
    found = terraform.validate()
    text = "\n".join(item.text for item in found.errors)
    assert "Zone without records" in text and side.argument("zone_id") in text, text
    for word in ("service", "cname"):
        terraform.write(side.text(network, **dns(word)))
        text = "\n".join(item.text for item in terraform.validate().errors)
        assert '"alias", "records" or "none"' in text, text


@of_both
def test_without_records_route_53_is_asked_nothing(
    side: Side, account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(side.text(network, **dns("none"))).apply()
    terraform.plan_is_empty()
    assert [call["action"] for call in control.calls() if call["service"] == "route53"] == []
    terraform.destroy()


def test_govcloud_has_addresses_where_it_takes_no_alias(
    sandbox_url: str | None, new_workspace: Callable[[str], Workspace]
) -> None:
    """AWS GovCloud (US) User Guide, "Amazon Route 53": no alias leads to an endpoint."""
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it is GovCloud there")
    account = Account(sandbox_url)
    account.region = "us-gov-west-1"
    control, network = Control(account), sandbox_network(account)
    control.fault(alias_targets="same_zone")
    [side, _] = SIDES
    path = {"endpoint_service": {"allowed_principals": [PRINCIPAL.replace("aws", "aws-us-gov", 1)]}}
    terraform = new_workspace("govcloud")
    terraform.environment.update(account.environment())
    terraform.write(side.text(network, path=path, **dns("records"))).apply()
    is_as("records", side, account, terraform)

    # The CNAME stands alone: one batch takes the one and makes the other.
    zone = private_zone(account, "test.com", network.client.id)
    for mode in ("alias", "records", "alias"):
        control.forget_calls()
        text = side.text(network, path=path, zone_id=zone, **dns(mode))
        terraform.write(text).apply()
        match mode:
            case "alias":
                assert records(account) == {"CNAME": ({side.attributes(terraform)["dns_name"]}, 60)}
            case "records":
                assert records(account) == addresses(account)
        terraform.plan_is_empty()
    assert control.writes() == ["ChangeResourceRecordSets"]
    terraform.destroy()
    assert records(account) == {}
