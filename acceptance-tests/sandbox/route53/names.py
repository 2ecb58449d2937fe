"""How Route 53 spells names and ids.

Route 53 API Reference: names come back lower case with a trailing dot and with unusual characters
as octal escapes; ids come back as /hostedzone/Z... and are accepted with and without the prefix.
"""

import re

from sandbox.errors import AwsError


def normalised(name: str) -> str:
    name = name.lower().rstrip(".") + "."
    if not re.fullmatch(r"(?:[a-z0-9_*\\-]{1,63}\.)+", name) or len(name) > 256:
        raise AwsError("InvalidDomainName", f"{name} is not a valid domain name")
    # Route 53 Developer Guide, "DNS domain name format": an asterisk comes back as \052.
    return name.replace("*", "\\052")


def plain_id(zone_id: str) -> str:
    return zone_id.removeprefix("/hostedzone/").removeprefix("hostedzone/")


def order(name: str) -> tuple[str, ...]:
    """Route 53 API Reference, ListHostedZonesByName: ordered by the labels reversed."""
    return tuple(reversed(name.rstrip(".").split(".")))
