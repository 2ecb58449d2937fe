"""What the consumer can reach: names, addresses and ports, tried from its namespace."""

import errno
import socket

REFUSED, SILENT, NO_WAY, OPEN = "refused", "silent", "no way", "open"


def addresses(name: str, family: socket.AddressFamily = socket.AF_INET) -> list[str]:
    """What the resolver says, [] for a name that does not exist."""
    try:
        found = socket.getaddrinfo(name, None, family, socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return sorted({item[4][0] for item in found})


def dial(address: str, port: int, seconds: float = 1.5) -> str:
    """How a TCP connection ends: what a user would see is what tells the causes apart."""
    try:
        socket.create_connection((address, port), seconds).close()
    except ConnectionRefusedError:
        return REFUSED
    except TimeoutError:
        return SILENT
    except OSError as error:
        if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
            return NO_WAY
        raise
    return OPEN
