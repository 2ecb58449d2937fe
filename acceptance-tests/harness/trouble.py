"""A way to the sandbox that can be blocked at a chosen moment."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import requests

HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "host", "accept-encoding"}


class Detour:
    """Passes requests on until `block` says otherwise. `url` stands in for the sandbox's."""

    def __init__(self, sandbox: str):
        self._sandbox = sandbox
        self._lock = threading.Lock()
        self._block: str | None = None
        self._skip = 0
        self.held = threading.Event()
        """Set when the first request is blocked."""
        self._released = threading.Event()
        self._released.set()
        detour = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if not detour._lets_pass(_action(self.command, self.path, body)):
                    self.close_connection = True
                    return
                headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
                # The sandbox checks no signature; the account is in the access key.
                answer = requests.request(
                    self.command, sandbox + self.path, headers=headers, data=body, timeout=60
                )
                self.send_response(answer.status_code)
                for key, value in answer.headers.items():
                    if key.lower() not in HOP_BY_HOP | {"content-encoding"}:
                        self.send_header(key, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def hold(self, at: str = "") -> None:
        """From the first request of this action on (of any, if none is named) all wait."""
        self._begin("hold", at)

    def cut(self, at: str = "") -> None:
        """From then on, connections are closed without an answer."""
        self._begin("cut", at)

    def clear(self) -> None:
        """What waits goes on, and all that comes passes."""
        with self._lock:
            self._block = None
        self._released.set()

    def close(self) -> None:
        self.clear()
        self._server.shutdown()
        self._server.server_close()

    def _begin(self, block: str, at: str) -> None:
        self.held.clear()
        self._released.clear()
        with self._lock:
            self._block, self._at = block, at

    def _lets_pass(self, action: str) -> bool:
        if action == "GetCallerIdentity":
            # The provider's own question, before any resource's clock runs.
            return True
        with self._lock:
            block = self._block
            if block and self._at not in ("", action):
                return True
            # From here on everything is blocked.
            self._at = ""
        if block is None:
            return True
        self.held.set()
        if block == "cut":
            return False
        self._released.wait()
        return True


def _action(method: str, path: str, body: bytes) -> str:
    """The query protocol names the action in the body; Route 53 has none."""
    named = parse_qs(body.decode("latin1")).get("Action", []) if method == "POST" else []
    return named[0] if named else path
