"""The hostname's records: of each address family, over somebody else's, and as GovCloud takes them."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HOSTNAME, PRINCIPAL, configuration, orders
from harness.network import Network, add_ipv6
from harness.path import inventory, living_endpoints, security_groups, zones
from harness.surroundings import private_zone
from harness.terraform import Workspace, says

DUALSTACK = {
    "load_balancer": {"ip_address_type": "dualstack"},
    "endpoint_service": {
        "allowed_principals": [PRINCIPAL],
        "supported_ip_address_types": ["ipv4", "ipv6"],
    },
}
OLD = {"Name": HOSTNAME, "TTL": 60}


def of_type(network: Network, kind: str, **endpoint: Any) -> str:
    changes = {**DUALSTACK, "endpoint": {"ip_address_type": kind, **endpoint}}
    return configuration(orders(network, count=1, **changes))


def records(account: Account, name: str = HOSTNAME) -> dict[str, Any]:
    """Type -> where it leads, of the hostname's records in whatever zone."""
    found = [item for zone in zones(account) for item in zone["Records"]]
    return {
        item["Type"]: item["AliasTarget"]["DNSName"].rstrip(".")
        if "AliasTarget" in item
        else item["ResourceRecords"][0]["Value"]
        for item in found
        if item["Name"] == f"{name}."
    }


def blocks(account: Account) -> set[str]:
    """Who may connect to the endpoint."""
    group = living_endpoints(account)[0]["Groups"][0]["GroupId"]
    [found] = [item for item in security_groups(account) if item["GroupId"] == group]
    return {
        block.get("CidrIp") or block["CidrIpv6"]
        for rule in found["IpPermissions"]
        for block in (*rule["IpRanges"], *rule["Ipv6Ranges"])
    }


def test_every_address_family_has_its_record_and_its_rules(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    add_ipv6(account, network.kafka)
    block = add_ipv6(account, network.client)
    before = inventory(account)
    for kind, types, open_to in (
        ("dualstack", {"A", "AAAA"}, {network.client.cidr, block}),
        ("ipv6", {"AAAA"}, {block}),
        ("dualstack", {"A", "AAAA"}, {network.client.cidr, block}),
        ("ipv4", {"A"}, {network.client.cidr}),
        ("ipv6", {"AAAA"}, {block}),
    ):
        terraform.write(of_type(network, kind)).apply()
        [endpoint] = living_endpoints(account)
        regional = terraform.attributes()["endpoint"]["dns_name"]
        assert endpoint["IpAddressType"] == kind
        assert records(account) == dict.fromkeys(types, regional)
        assert blocks(account) == open_to
        assert set(terraform.attributes()["endpoint"]["allowed_cidr_blocks"]) == open_to
        terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == before


def test_each_record_is_repaired(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    add_ipv6(account, network.kafka)
    add_ipv6(account, network.client)
    terraform.write(of_type(network, "dualstack")).apply()
    whole = records(account)
    [zone] = zones(account)
    assert terraform.attributes()["endpoint"]["managed_zone_id"] == zone["Id"]
    for record in zone["Records"]:
        change(account, zone["Id"], ("DELETE", record))
        terraform.refresh_only()
        name = "alias" if record["Type"] == "A" else "alias/AAAA"
        assert terraform.attributes()["drift"] == {name: "is missing"}
        control.forget_calls()
        terraform.apply()
        assert control.writes() == ["ChangeResourceRecordSets"]
        assert records(account) == whole
    # Beside ours no record may lead elsewhere.
    foreign = {**OLD, "Type": "AAAA", "SetIdentifier": "x", "Weight": 1, **to("2001:db8::1")}
    ours = next(item for item in zone["Records"] if item["Type"] == "AAAA")
    change(account, zone["Id"], ("DELETE", ours), ("CREATE", foreign))
    said = terraform.plan_fails().text
    assert "2001:db8::1" in said and "overwrite_record" in said, said
    terraform.write(of_type(network, "dualstack", overwrite_record=True))
    assert any("2001:db8::1" in item.text for item in terraform.plan_has_changes().warnings)
    terraform.apply()
    assert records(account) == whole
    terraform.plan_is_empty()


def test_an_import_takes_both_records(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    new_workspace: Callable[[str], Workspace],
) -> None:
    add_ipv6(account, network.kafka)
    add_ipv6(account, network.client)
    terraform.write(of_type(network, "dualstack")).apply()
    made = terraform.attributes()
    other = new_workspace("other").write(of_type(network, "dualstack"))
    other.run("import", ADDRESS, f"{made['id']},{made['endpoint']['id']}").expect(0)
    other.plan_is_empty()
    assert other.attributes()["endpoint"] == made["endpoint"]
    other.destroy()
    assert records(account) == {}


def to(*values: str) -> dict[str, Any]:
    return {"ResourceRecords": [{"Value": value} for value in values]}


def change(account: Account, zone: str, *changes: tuple[str, dict[str, Any]]) -> None:
    batch = [{"Action": verb, "ResourceRecordSet": record} for verb, record in changes]
    account.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": batch})


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ([{"Type": "A", **to("10.9.1.7", "10.9.1.8")}], "A 10.9.1.7, 10.9.1.8"),
        ([{"Type": "CNAME", **to("old.test.com")}], "CNAME old.test.com"),
        ([{"Type": "AAAA", **to("2001:db8::1")}], "AAAA 2001:db8::1"),
        (
            [
                {"Type": "A", "SetIdentifier": name, "Weight": 1, **to(address)}
                for name, address in (("blue", "10.9.1.7"), ("green", "10.9.1.8"))
            ],
            "(blue)",
        ),
    ],
    ids=["address", "cname", "ipv6", "weighted"],
)
def test_a_record_of_the_hostname_is_named_at_plan_and_taken_over_on_demand(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    there: list[dict[str, Any]],
    said: str,
) -> None:
    zone = private_zone(account, "test.com", network.client.id)
    change(account, zone, *(("CREATE", {**OLD, **item}) for item in there))
    before = records(account)
    terraform.write(configuration(orders(network, count=1, endpoint={"zone_id": zone})))
    errors = terraform.plan_fails().errors
    assert says(errors, "endpoint.zone_id", said), errors
    assert control.writes() == [] and records(account) == before

    taking = {"zone_id": zone, "overwrite_record": True}
    terraform.write(configuration(orders(network, count=1, endpoint=taking)))
    warnings = terraform.plan_has_changes().warnings
    assert says(warnings, "endpoint.overwrite_record", said), warnings
    control.forget_calls()
    terraform.apply()
    # The old record serves until the very end, but for the tag that says so.
    assert control.writes()[-2:] == ["ChangeResourceRecordSets", "CreateTags"]
    assert records(account) == {"A": terraform.attributes()["endpoint"]["dns_name"]}
    terraform.plan_is_empty()
    terraform.destroy()
    assert records(account) == {}


def test_another_hostname_may_have_a_record_too(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    zone = private_zone(account, "test.com", network.client.id)
    terraform.write(configuration(orders(network, count=1, endpoint={"zone_id": zone}))).apply()
    change(account, zone, ("CREATE", {**OLD, "Name": "new.test.com", "Type": "A", **to("10.9.1.7")}))
    renamed = orders(network, count=1, hostname="new.test.com", endpoint={"zone_id": zone})
    terraform.write(configuration(renamed))
    # Of a path that exists a plan only warns, so that it can be destroyed; the apply refuses.
    assert says(terraform.plan().outcome.warnings, "endpoint.zone_id", "A 10.9.1.7")
    assert says(terraform.apply_fails().errors, "endpoint.zone_id", "A 10.9.1.7")
    assert records(account, "new.test.com") == {"A": "10.9.1.7"}
    renamed["endpoint"]["overwrite_record"] = True
    terraform.write(configuration(renamed)).apply()
    regional = terraform.attributes()["endpoint"]["dns_name"]
    assert records(account, "new.test.com") == {"A": regional}
    assert records(account) == {}
    terraform.plan_is_empty()


def govcloud(network: Network, **endpoint: Any) -> str:
    principal = PRINCIPAL.replace("arn:aws:", "arn:aws-us-gov:")
    service = {"allowed_principals": [principal]}
    return configuration(orders(network, count=1, endpoint_service=service, endpoint=endpoint))


def test_govcloud_gets_a_cname(
    sandbox_url: str | None, new_workspace: Callable[[str], Workspace]
) -> None:
    """AWS GovCloud (US) User Guide, "Amazon Route 53"."""
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it is GovCloud there")
    from harness.network import sandbox_network

    account = Account(sandbox_url)
    account.region = "us-gov-west-1"
    control, network = Control(account), sandbox_network(account)
    control.fault(alias_targets="same_zone")
    terraform = new_workspace("govcloud")
    terraform.environment.update(account.environment())
    terraform.write(govcloud(network))
    assert says(terraform.plan_fails().errors, "endpoint.zone_id", "becomes a CNAME")
    own = private_zone(account, HOSTNAME, network.client.id)
    terraform.write(govcloud(network, zone_id=own))
    assert says(terraform.plan_fails().errors, "endpoint.zone_id", "becomes a CNAME")
    account.route53.delete_hosted_zone(Id=own)
    assert control.writes() == []

    zone = private_zone(account, "test.com", network.client.id)
    terraform.write(govcloud(network, zone_id=zone)).apply()
    endpoint = terraform.attributes()["endpoint"]
    assert records(account) == {"CNAME": endpoint["dns_name"]}
    terraform.plan_is_empty()
    change(account, zone, ("DELETE", zone_records(account, zone)[0]))
    terraform.refresh_only()
    assert terraform.attributes()["drift"] == {"alias/CNAME": "is missing"}
    terraform.apply()
    assert records(account) == {"CNAME": endpoint["dns_name"]}
    terraform.destroy()
    assert records(account) == {}


def zone_records(account: Account, zone: str) -> list[dict[str, Any]]:
    return next(item["Records"] for item in zones(account) if item["Id"] == zone)
