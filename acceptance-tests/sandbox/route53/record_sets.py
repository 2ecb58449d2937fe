"""ChangeResourceRecordSets and ListResourceRecordSets."""

import ipaddress
import re
from typing import Any

from sandbox import clock
from sandbox.accounts import WORLD
from sandbox.ec2.endpoint import ZONE_IDS, Endpoint
from sandbox.errors import AwsError
from sandbox.ids import regional_zone_id
from sandbox.registry import Call, action
from sandbox.route53 import change, names, zone
from sandbox.route53.zone import HostedZone, RecordKey

# Route 53 Developer Guide, "Quotas": 300 records a page.
PAGE = 300


@action("route53", "ChangeResourceRecordSets")
def change_resource_record_sets(call: Call) -> dict[str, Any]:
    found = zone.find(call.account, call["HostedZoneId"])
    batch = call["ChangeBatch"]
    records = dict(found.records)
    problems: list[str] = []
    for item in batch["Changes"]:
        problem = _apply(found, records, item["Action"], item["ResourceRecordSet"])
        if problem:
            problems.append(problem)
    if problems:
        # Route 53 API Reference, ChangeResourceRecordSets: a batch is a transaction; "either all
        # changes succeed, or none".
        raise AwsError("InvalidChangeBatch", f"[{', '.join(problems)}]")
    found.records = records
    return {"ChangeInfo": change.submit(call.account, batch.get("Comment"))}


@action("route53", "ListResourceRecordSets")
def list_resource_record_sets(call: Call) -> dict[str, Any]:
    """Ordered by the reversed labels of the name, then by type; starts anywhere."""
    found = zone.find(call.account, call["HostedZoneId"])

    def place(key: RecordKey) -> tuple[tuple[str, ...], str, str]:
        return names.order(key[0]), key[1], key[2] or ""

    keys = sorted(found.records, key=place)
    start_name, start_type = call.get("StartRecordName"), call.get("StartRecordType")
    if start_type and not start_name:
        raise AwsError("InvalidInput", "A record type needs a record name to start at.")
    if start_name:
        first = (names.normalised(start_name), start_type or "", call.get("StartRecordIdentifier"))
        keys = [key for key in keys if place(key) >= place(first)]
    limit = min(int(call.get("MaxItems") or PAGE), PAGE)
    rest = keys[limit:]
    return {
        "ResourceRecordSets": [found.records[key] for key in keys[:limit]],
        "IsTruncated": bool(rest),
        "NextRecordName": rest[0][0] if rest else None,
        "NextRecordType": rest[0][1] if rest else None,
        "NextRecordIdentifier": rest[0][2] if rest else None,
        "MaxItems": str(limit),
    }


def _apply(
    found: HostedZone, records: dict[RecordKey, dict[str, Any]], verb: str, wanted: dict[str, Any]
) -> str | None:
    """Applies one change to `records`, or says why it cannot. Messages as Route 53 words them."""
    record = _normalised(wanted)
    key = (record["Name"], record["Type"], record.get("SetIdentifier"))
    label = f"[name='{key[0]}', type='{key[1]}'" + (
        f", set-identifier='{key[2]}']" if key[2] else "]"
    )
    if record["Name"] != found.name and not record["Name"].endswith(f".{found.name}"):
        return f"RRSet with DNS name {key[0]} is not permitted in zone {found.name}"
    problem = _content_problem(found, record)
    if problem:
        return problem
    present = records.get(key)
    if verb == "CREATE" and present:
        return f"Tried to create resource record set {label} but it already exists"
    if verb == "DELETE":
        if not present:
            return f"Tried to delete resource record set {label} but it was not found"
        if not _same(present, record):
            return (
                f"Tried to delete resource record set {label} but the values provided do not "
                "match the current values"
            )
        if key[0] == found.name and key[1] in ("NS", "SOA"):
            return f"A HostedZone must contain exactly one {key[1]} record."
        del records[key]
        return None
    conflict = _conflict(found, records, key)
    if conflict:
        return conflict
    records[key] = record
    return None


def _conflict(
    found: HostedZone, records: dict[RecordKey, dict[str, Any]], key: RecordKey
) -> str | None:
    """Route 53 API Reference, ChangeResourceRecordSets: a CNAME stands alone at its name."""
    beside = [other for other in records if other[0] == key[0] and other != key]
    if not any(key[1] == "CNAME" or other[1] == "CNAME" for other in beside):
        return None
    return (
        f"RRSet of type {key[1]} with DNS name {key[0]} is not permitted as it conflicts with "
        f"other records with the same DNS name in zone {found.name}"
    )


def _normalised(wanted: dict[str, Any]) -> dict[str, Any]:
    record = {key: value for key, value in wanted.items() if value is not None}
    record["Name"] = names.normalised(record["Name"])
    if "AliasTarget" in record:
        target = dict(record["AliasTarget"])
        # Route 53 answers with alias names in lower case and with a trailing dot.
        target["DNSName"] = names.normalised(target["DNSName"])
        target["HostedZoneId"] = names.plain_id(target["HostedZoneId"])
        record["AliasTarget"] = target
    return record


def _same(present: dict[str, Any], given: dict[str, Any]) -> bool:
    def values(record: dict[str, Any]) -> tuple[Any, ...]:
        items = sorted(item["Value"] for item in record.get("ResourceRecords") or [])
        return record.get("AliasTarget"), record.get("TTL"), items

    return values(present) == values(given)


def _lies_within(name: str, zone_id: str) -> bool:
    """Whether the name of an interface endpoint belongs to that zone of AWS's.

    Route 53 Developer Guide, "Values specific for simple alias records": the zone id is the one
    that DescribeVpcEndpoints reports for the name. Other alias targets are not checked.
    """
    found = re.search(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.vpce\.amazonaws\.com\.$", name)
    if found is None:
        return True
    # Across regions the zone is that of the consumer's region.
    regions = {found.group(1), *(item.region.name for item in WORLD.everywhere(Endpoint))}
    return zone_id in {regional_zone_id(region, "vpce", ZONE_IDS) for region in regions}


def _is_known(found: HostedZone, name: str) -> bool:
    """Whether Route 53 knows by now what an alias leads to."""
    switch = found.account.faults.switch("alias_targets")
    if switch and switch["alias_targets"] == "same_zone":
        return name == found.name or name.endswith(f".{found.name}")
    endpoints = WORLD.everywhere(Endpoint)
    late = (item for item in endpoints if not clock.passed(item.resolved_at))
    return not any(name.startswith(f"{item.id}-") for item in late)


def _content_problem(found: HostedZone, record: dict[str, Any]) -> str | None:
    alias, values = record.get("AliasTarget"), record.get("ResourceRecords")
    if bool(alias) == bool(values):
        return "Invalid request: Expected exactly one of [AliasTarget, ResourceRecords]"
    if alias and "TTL" in record:
        return "Invalid request: An alias has no TTL of its own"
    if values and "TTL" not in record:
        return "Invalid request: Missing field 'TTL'"
    if alias and not _lies_within(alias["DNSName"], alias["HostedZoneId"]):
        return (
            f"Tried to create an alias that targets {alias['DNSName']}, type {record['Type']} in "
            f"zone {alias['HostedZoneId']}, but the alias target name does not lie within the "
            "target zone"
        )
    if alias and not _is_known(found, alias["DNSName"]):
        return (
            f"Tried to create an alias that targets {alias['DNSName']}, type {record['Type']} in "
            f"zone {alias['HostedZoneId']}, but that target was not found"
        )
    family = {"A": ipaddress.IPv4Address, "AAAA": ipaddress.IPv6Address}.get(record["Type"])
    for item in values or [] if family else []:
        try:
            family(item["Value"])
        except ValueError:
            return (
                f"Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address "
                f"(Value is not a valid address) encountered with '{item['Value']}''"
            )
    if record["Type"] == "CNAME" and record["Name"] == found.name:
        return (
            f"RRSet of type CNAME with DNS name {record['Name']} is not permitted at apex in zone "
            f"{found.name}"
        )
    return None
