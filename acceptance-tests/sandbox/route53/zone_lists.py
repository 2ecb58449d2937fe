"""The three lists of hosted zones, each with its own order and paging."""

from typing import Any

from sandbox.registry import Call, action
from sandbox.route53 import names, zone
from sandbox.route53.zone import HostedZone, zones_of


@action("route53", "ListHostedZones")
def list_hosted_zones(call: Call) -> dict[str, Any]:
    zones = sorted(zones_of(call.account).values(), key=lambda item: item.id)
    marker, limit = call.get("Marker"), _limit(call)
    if marker:
        zones = [item for item in zones if item.id >= names.plain_id(marker)]
    rest = zones[limit:]
    return {
        "HostedZones": [item.document() for item in zones[:limit]],
        "Marker": marker or "",
        "IsTruncated": bool(rest),
        "NextMarker": rest[0].id if rest else None,
        "MaxItems": str(limit),
    }


@action("route53", "ListHostedZonesByName")
def list_hosted_zones_by_name(call: Call) -> dict[str, Any]:
    """A list that starts at a name; zones of other names follow.

    Route 53 API Reference, ListHostedZonesByName.
    """

    def place(item: HostedZone) -> tuple[tuple[str, ...], str]:
        return names.order(item.name), item.id

    zones = sorted(zones_of(call.account).values(), key=place)
    start, limit = call.get("DNSName"), _limit(call)
    if start:
        first = (
            names.order(names.normalised(start)),
            names.plain_id(call.get("HostedZoneId") or ""),
        )
        zones = [item for item in zones if place(item) >= first]
    rest = zones[limit:]
    return {
        "HostedZones": [item.document() for item in zones[:limit]],
        "DNSName": start,
        "IsTruncated": bool(rest),
        "NextDNSName": rest[0].name if rest else None,
        "NextHostedZoneId": rest[0].id if rest else None,
        "MaxItems": str(limit),
    }


@action("route53", "ListHostedZonesByVPC")
def list_hosted_zones_by_vpc(call: Call) -> dict[str, Any]:
    """Zones of all accounts. Route 53 API Reference, ListHostedZonesByVPC."""
    zones = sorted(zone.of_vpc(call["VPCRegion"], call["VPCId"]), key=lambda item: item.id)
    start, limit = int(call.get("NextToken") or 0), _limit(call)
    end = start + limit
    return {
        "HostedZoneSummaries": [
            {
                "HostedZoneId": item.id,
                "Name": item.name,
                "Owner": {"OwningAccount": item.account.id},
            }
            for item in zones[start:end]
        ],
        "MaxItems": str(limit),
        "NextToken": str(end) if end < len(zones) else None,
    }


@action("route53", "GetHostedZoneCount")
def get_hosted_zone_count(call: Call) -> dict[str, Any]:
    return {"HostedZoneCount": len(zones_of(call.account))}


def _limit(call: Call) -> int:
    return min(int(call.get("MaxItems") or 100), 100)
