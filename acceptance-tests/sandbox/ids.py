"""Identifiers in the shapes AWS uses."""

import hashlib
import secrets
import string


def hex_id(length: int = 17) -> str:
    """EC2 resource ids are 17 hexadecimal digits, ELB's ARN suffixes 16.

    AWS EC2 User Guide, "Resource IDs".
    """
    return secrets.token_hex(length)[:length]


def hashed(text: str, length: int, alphabet: str) -> str:
    """A stable name part: the same text always gives the same characters."""
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])


def lower_alphanumeric(length: int) -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(length))


def upper_alphanumeric(length: int) -> str:
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(length))


def regional_zone_id(region: str, kind: str, known: dict[str, str]) -> str:
    """The fixed hosted zone id of an AWS service in a region; invented but stable if unlisted."""
    invented = "Z" + hashed(kind + region, 13, string.ascii_uppercase + string.digits)
    return known.get(region, invented)
