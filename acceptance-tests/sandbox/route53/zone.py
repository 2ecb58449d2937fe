"""What a hosted zone is."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.accounts import GLOBAL, WORLD, Account
from sandbox.errors import AwsError
from sandbox.ids import upper_alphanumeric
from sandbox.route53 import names

_NAME_SERVERS = [
    "ns-2048.awsdns-64.com",
    "ns-2049.awsdns-65.net",
    "ns-2050.awsdns-66.org",
    "ns-2051.awsdns-67.co.uk",
]
# Name, type and set identifier of a record.
RecordKey = tuple[str, str, str | None]


@dataclass
class HostedZone:
    account: Account
    name: str
    caller_reference: str
    comment: str | None
    private: bool
    # (region, VPC id), of this or another account.
    vpcs: list[tuple[str, str]]
    tags: dict[str, str] = field(default_factory=dict)
    records: dict[RecordKey, dict[str, Any]] = field(default_factory=dict)
    authorised_vpcs: list[tuple[str, str]] = field(default_factory=list)
    id: str = field(default_factory=lambda: f"Z{upper_alphanumeric(20)}")

    def __post_init__(self) -> None:
        """Route 53 Developer Guide: every zone is born with an NS and an SOA record."""
        soa = f"{_NAME_SERVERS[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
        self.records = {
            (self.name, "NS", None): {
                "Name": self.name,
                "Type": "NS",
                "TTL": 172800,
                "ResourceRecords": [{"Value": f"{server}."} for server in _NAME_SERVERS],
            },
            (self.name, "SOA", None): {
                "Name": self.name,
                "Type": "SOA",
                "TTL": 900,
                "ResourceRecords": [{"Value": soa}],
            },
        }

    @property
    def empty(self) -> bool:
        return len(self.records) == 2

    def document(self) -> dict[str, Any]:
        config: dict[str, Any] = {"PrivateZone": self.private}
        if self.comment:
            config["Comment"] = self.comment
        return {
            "Id": f"/hostedzone/{self.id}",
            "Name": self.name,
            "CallerReference": self.caller_reference,
            "Config": config,
            "ResourceRecordSetCount": len(self.records),
        }

    def vpc_documents(self) -> list[dict[str, str]]:
        return [{"VPCRegion": region, "VPCId": vpc_id} for region, vpc_id in self.vpcs]

    def delegation_set(self) -> dict[str, Any]:
        return {"NameServers": list(_NAME_SERVERS)}


def zones_of(account: Account) -> dict[str, HostedZone]:
    return account.region(GLOBAL).all(HostedZone)


def find(account: Account, zone_id: str) -> HostedZone:
    found = find_anywhere(zone_id)
    if found.account is not account:
        raise _not_found(zone_id)
    return found


def find_anywhere(zone_id: str) -> HostedZone:
    """A zone of any account: a VPC's owner associates it with the zone of another."""
    plain = names.plain_id(zone_id)
    found = next((item for item in WORLD.everywhere(HostedZone) if item.id == plain), None)
    if found is None:
        raise _not_found(zone_id)
    return found


def _not_found(zone_id: str) -> AwsError:
    # Route 53 API Reference: NoSuchHostedZone, status 404.
    return AwsError(
        "NoSuchHostedZone", f"No hosted zone found with ID: {names.plain_id(zone_id)}", 404
    )


def of_vpc(region: str, vpc_id: str) -> list[HostedZone]:
    """Zones of any account that are associated with the VPC."""
    return [item for item in WORLD.everywhere(HostedZone) if (region, vpc_id) in item.vpcs]
