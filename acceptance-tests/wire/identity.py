"""Which broker is behind a port? Asked by cluster and node id (KIP-1242, Kafka 4.4).

Metadata cannot tell: every broker answers with the same list, whatever port it was asked on.
ApiVersions v5 can say whom the client believes to talk to, and a broker that is somebody else
answers REBOOTSTRAP_REQUIRED.
"""

import socket
import ssl
import struct

CLUSTER_ID = "d2lyZS1vZi1rYWZrYS1wbA"

_API_VERSIONS, _VERSION = 18, 5
_ANSWERS = {0: True, 129: False}


def is_node(
    host: str,
    port: int,
    node: int,
    tls: ssl.SSLContext | None = None,
    seconds: float = 5,
    address: str = "",
) -> bool:
    """Whether the broker that answers there is that node of the cluster. OSError if none does.
    `address` is dialled instead of what the host resolves to."""
    with socket.create_connection((address or host, port), seconds) as plain:
        channel = tls.wrap_socket(plain, server_hostname=host) if tls else plain
        with channel:
            channel.sendall(_request(node))
            length, _, code = struct.unpack(">iih", _exactly(channel, 10))
            if code not in _ANSWERS:
                raise ValueError(f"ApiVersions answered with error {code} ({length} bytes)")
            return _ANSWERS[code]


def _request(node: int) -> bytes:
    header = struct.pack(">hhi", _API_VERSIONS, _VERSION, 1) + struct.pack(">h", -1) + _NO_TAGS
    body = _compact("wire") + _compact("1") + _compact(CLUSTER_ID)
    body += struct.pack(">i", node) + _NO_TAGS
    return struct.pack(">i", len(header + body)) + header + body


_NO_TAGS = b"\0"


def _compact(text: str) -> bytes:
    """A compact string: its length plus one in a single byte, which is enough for ours."""
    return bytes([len(text) + 1]) + text.encode()


def _exactly(channel: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        more = channel.recv(length - len(found))
        if not more:
            raise ConnectionError("the broker closed the connection")
        found += more
    return found
