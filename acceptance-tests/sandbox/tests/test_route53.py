"""Hosted zones, records, changes and tags of Route 53."""

import secrets
from typing import Any

import pytest

from sandbox.tests.account import TestAccount, eventually, new_account, refused

ALIAS = {
    "DNSName": "VPCE-0123-abc.vpce-svc-0123.us-east-1.vpce.amazonaws.com",
    "HostedZoneId": "Z7HUB22UULQXV",
    "EvaluateTargetHealth": False,
}


def _zone(aws: TestAccount, name: str = "kafka.test.com", **changes: Any) -> str:
    request = {
        "Name": name,
        "CallerReference": secrets.token_hex(8),
        "VPC": {"VPCRegion": aws.region, "VPCId": aws.vpc},
        **changes,
    }
    made = aws.route53.create_hosted_zone(**{k: v for k, v in request.items() if v is not None})
    return made["HostedZone"]["Id"]


def _alias(name: str = "kafka.test.com", **changes: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "A", "AliasTarget": {**ALIAS, **changes}}


def _address(name: str, value: str, ttl: int = 60) -> dict[str, Any]:
    return {"Name": name, "Type": "A", "TTL": ttl, "ResourceRecords": [{"Value": value}]}


def _change(aws: TestAccount, zone: str, *changes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return aws.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [{"Action": verb, "ResourceRecordSet": record} for verb, record in changes]
        },
    )["ChangeInfo"]


def _records(aws: TestAccount, zone: str, kind: str = "A") -> list[dict[str, Any]]:
    found = aws.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [item for item in found if item["Type"] == kind]


def test_a_zone_with_a_vpc_is_private(aws: TestAccount) -> None:
    answer = aws.route53.create_hosted_zone(
        Name="Kafka.Test.com",
        CallerReference="one",
        HostedZoneConfig={"Comment": "orders"},
        VPC={"VPCRegion": aws.region, "VPCId": aws.vpc},
    )
    zone = answer["HostedZone"]
    assert zone["Id"].startswith("/hostedzone/Z") and zone["Name"] == "kafka.test.com."
    assert zone["CallerReference"] == "one" and zone["ResourceRecordSetCount"] == 2
    assert zone["Config"] == {"Comment": "orders", "PrivateZone": True}
    assert answer["VPC"] == {"VPCRegion": aws.region, "VPCId": aws.vpc}
    assert "DelegationSet" not in answer
    for zone_id in (zone["Id"], zone["Id"].removeprefix("/hostedzone/")):
        found = aws.route53.get_hosted_zone(Id=zone_id)
        assert found["HostedZone"] == zone
        assert found["VPCs"] == [{"VPCRegion": aws.region, "VPCId": aws.vpc}]


def test_a_zone_without_vpc_is_public(aws: TestAccount) -> None:
    answer = aws.route53.create_hosted_zone(Name="test.com", CallerReference="one")
    assert answer["HostedZone"]["Config"]["PrivateZone"] is False
    assert len(answer["DelegationSet"]["NameServers"]) == 4
    with refused("InvalidInput"):
        _zone(aws, VPC=None, HostedZoneConfig={"PrivateZone": True})


def test_a_caller_reference_is_used_once(aws: TestAccount) -> None:
    _zone(aws, CallerReference="one")
    with refused("HostedZoneAlreadyExists"):
        _zone(aws, "other.test.com", CallerReference="one")


def test_one_private_zone_of_a_name_in_a_vpc(aws: TestAccount) -> None:
    _zone(aws)
    with refused("ConflictingDomainExists"):
        _zone(aws)
    other = aws.new_vpc("10.9.0.0/16")
    _zone(aws, VPC={"VPCRegion": aws.region, "VPCId": other})
    with refused("InvalidVPCId"):
        _zone(aws, "x.test.com", VPC={"VPCRegion": aws.region, "VPCId": "vpc-0123456789abcdef0"})


def test_a_zone_with_records_is_not_deleted(aws: TestAccount) -> None:
    zone = _zone(aws)
    _change(aws, zone, ("CREATE", _alias()))
    with refused("HostedZoneNotEmpty"):
        aws.route53.delete_hosted_zone(Id=zone)
    _change(aws, zone, ("DELETE", _alias()))
    assert aws.route53.delete_hosted_zone(Id=zone)["ChangeInfo"]["Id"].startswith("/change/")
    with refused("NoSuchHostedZone"):
        aws.route53.get_hosted_zone(Id=zone)
    with refused("NoSuchHostedZone"):
        _change(aws, zone, ("CREATE", _alias()))


def test_an_alias_comes_back_in_lower_case_with_a_dot(aws: TestAccount) -> None:
    zone = _zone(aws)
    _change(aws, zone, ("CREATE", _alias("Kafka.TEST.com")))
    found = _records(aws, zone)[0]
    assert found == {
        "Name": "kafka.test.com.",
        "Type": "A",
        "AliasTarget": {**ALIAS, "DNSName": ALIAS["DNSName"].lower() + "."},
    }


def test_create_upsert_delete(aws: TestAccount) -> None:
    zone = _zone(aws)
    _change(aws, zone, ("CREATE", _alias()))
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("CREATE", _alias()))
    _change(aws, zone, ("UPSERT", _alias(DNSName="other.vpce.amazonaws.com")))
    assert _records(aws, zone)[0]["AliasTarget"]["DNSName"] == "other.vpce.amazonaws.com."
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("DELETE", _alias()))
    _change(aws, zone, ("DELETE", _alias(DNSName="OTHER.vpce.amazonaws.com.")))
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("DELETE", _alias(DNSName="other.vpce.amazonaws.com")))
    assert _records(aws, zone) == []


def test_a_batch_is_atomic(aws: TestAccount) -> None:
    zone = _zone(aws)
    first = _address("a.kafka.test.com", "10.0.0.1")
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("CREATE", first), ("DELETE", _address("b.kafka.test.com", "10.0.0.2")))
    assert _records(aws, zone) == []
    _change(aws, zone, ("CREATE", first))
    second = _address("a.kafka.test.com", "10.0.0.2")
    _change(aws, zone, ("DELETE", first), ("CREATE", second))
    assert _records(aws, zone)[0]["ResourceRecords"] == [{"Value": "10.0.0.2"}]


@pytest.mark.parametrize(
    "record",
    [
        _address("kafka.elsewhere.com", "10.0.0.1"),
        _address("kafka.test.com", "10.0.0.256"),
        {**_alias(), "TTL": 60},
        _alias(HostedZoneId="Z26RNL4JYFTOTI"),
        {"Name": "kafka.test.com", "Type": "A", "ResourceRecords": [{"Value": "10.0.0.1"}]},
        {"Name": "kafka.test.com", "Type": "A"},
        {
            "Name": "kafka.test.com",
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": "a."}],
        },
    ],
)
def test_refuses_the_record(aws: TestAccount, record: dict[str, Any]) -> None:
    zone = _zone(aws)
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("CREATE", record))


def test_a_change_is_pending_then_in_sync(aws: TestAccount) -> None:
    aws.configure(route53=1.5)
    zone = _zone(aws)
    change = _change(aws, zone, ("CREATE", _alias()))
    assert change["Status"] == "PENDING" and change["Id"].startswith("/change/C")

    def status(change_id: str) -> str:
        return aws.route53.get_change(Id=change_id)["ChangeInfo"]["Status"]

    assert status(change["Id"]) == "PENDING"
    eventually(lambda: status(change["Id"].removeprefix("/change/")) == "INSYNC")
    with refused("NoSuchChange"):
        status("C0123456789ABC")


def test_records_are_listed_in_order_from_anywhere(aws: TestAccount) -> None:
    zone = _zone(aws)
    _change(
        aws, zone, *(("CREATE", _address(f"b{n}.kafka.test.com", f"10.0.0.{n}")) for n in (3, 1, 2))
    )
    page = aws.route53.list_resource_record_sets(
        HostedZoneId=zone, StartRecordName="b2.kafka.test.com", StartRecordType="A", MaxItems="1"
    )
    assert [item["Name"] for item in page["ResourceRecordSets"]] == ["b2.kafka.test.com."]
    assert page["IsTruncated"] and page["NextRecordName"] == "b3.kafka.test.com."
    everything = aws.route53.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=zone, PaginationConfig={"PageSize": 2}
    )
    names = [item["Name"] for page in everything for item in page["ResourceRecordSets"]]
    assert names == ["kafka.test.com."] * 2 + [f"b{n}.kafka.test.com." for n in (1, 2, 3)]


def test_lists_of_zones(aws: TestAccount) -> None:
    made = {name: _zone(aws, name) for name in ("b.test.com", "a.test.com", "test.org")}
    by_name = aws.route53.list_hosted_zones_by_name(DNSName="b.test.com", MaxItems="1")
    assert [item["Id"] for item in by_name["HostedZones"]] == [made["b.test.com"]]
    assert by_name["IsTruncated"] and by_name["NextDNSName"] == "test.org."
    starts_after = aws.route53.list_hosted_zones_by_name(DNSName="aa.test.com")
    assert starts_after["HostedZones"][0]["Name"] == "b.test.com."
    pages = aws.route53.get_paginator("list_hosted_zones").paginate(
        PaginationConfig={"PageSize": 2}
    )
    assert {item["Id"] for page in pages for item in page["HostedZones"]} == set(made.values())
    by_vpc = aws.route53.list_hosted_zones_by_vpc(VPCId=aws.vpc, VPCRegion=aws.region)
    assert {item["Name"] for item in by_vpc["HostedZoneSummaries"]} == {
        "a.test.com.",
        "b.test.com.",
        "test.org.",
    }
    assert by_vpc["HostedZoneSummaries"][0]["Owner"]["OwningAccount"] == aws.id


def test_vpcs_of_a_private_zone(aws: TestAccount) -> None:
    zone = _zone(aws)
    second = {"VPCRegion": aws.region, "VPCId": aws.new_vpc("10.9.0.0/16")}
    aws.route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=second)
    assert second in aws.route53.get_hosted_zone(Id=zone)["VPCs"]
    with refused("ConflictingDomainExists"):
        aws.route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=second)
    aws.route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=second)
    with refused("VPCAssociationNotFound"):
        aws.route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=second)
    with refused("LastVPCAssociation"):
        aws.route53.disassociate_vpc_from_hosted_zone(
            HostedZoneId=zone, VPC={"VPCRegion": aws.region, "VPCId": aws.vpc}
        )


def test_association_across_accounts_needs_authorization(aws: TestAccount) -> None:
    zone, consumer = _zone(aws), TestAccount(aws.url, new_account())
    vpc = {"VPCRegion": consumer.region, "VPCId": consumer.vpc}
    with refused("NotAuthorizedException"):
        consumer.route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc)
    aws.route53.create_vpc_association_authorization(HostedZoneId=zone, VPC=vpc)
    consumer.route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc)
    aws.route53.delete_vpc_association_authorization(HostedZoneId=zone, VPC=vpc)
    assert vpc in aws.route53.get_hosted_zone(Id=zone)["VPCs"]


def test_zones_are_tagged_after_they_are_made(aws: TestAccount) -> None:
    zone = _zone(aws).removeprefix("/hostedzone/")
    target = {"ResourceType": "hostedzone", "ResourceId": zone}
    aws.route53.change_tags_for_resource(
        **target, AddTags=[{"Key": "owner", "Value": "one"}, {"Key": "team", "Value": "data"}]
    )
    aws.route53.change_tags_for_resource(**target, RemoveTagKeys=["team", "absent"])
    found = aws.route53.list_tags_for_resource(**target)["ResourceTagSet"]
    assert found == {**target, "Tags": [{"Key": "owner", "Value": "one"}]}
    several = aws.route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=[zone])
    assert several["ResourceTagSets"] == [found]
    with refused("NoSuchHostedZone"):
        aws.route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId="Z0123456789ABC")
    with refused("InvalidInput"):
        aws.route53.change_tags_for_resource(**target)


def test_a_cname_stands_alone(aws: TestAccount) -> None:
    zone = _zone(aws, "test.com")
    cname = {
        "Name": "kafka.test.com",
        "Type": "CNAME",
        "TTL": 60,
        "ResourceRecords": [{"Value": "elsewhere.test.com"}],
    }
    _change(aws, zone, ("CREATE", cname))
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("CREATE", _alias()))
    # In one batch one may take the other's place.
    _change(aws, zone, ("DELETE", cname), ("UPSERT", _alias()))
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("CREATE", cname))


def test_govcloud_takes_aliases_within_a_zone_only(aws: TestAccount) -> None:
    zone = _zone(aws, "test.com")
    aws.post("faults", alias_targets="same_zone")
    with refused("InvalidChangeBatch"):
        _change(aws, zone, ("CREATE", _alias()))
    _change(aws, zone, ("CREATE", _address("b.test.com", "10.0.0.1")))
    own = zone.removeprefix("/hostedzone/")
    _change(aws, zone, ("CREATE", _alias("a.test.com", DNSName="b.test.com", HostedZoneId=own)))
