"""HTTP/1.1 with kept-alive connections; moto's own server closes each one."""

import contextlib
import io
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from sandbox import dispatch
from sandbox.control import endpoints
from sandbox.wire import Answer


class RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One segment per answer instead of one per header line.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self._read_body()
        if urlsplit(self.path).path.startswith("/sandbox/"):
            answer = endpoints.answer(self.command, self.path, body)
        else:
            answer = dispatch.answer(self._environ(), body)
        self._write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            content = io.BytesIO()
            while size := int(self.rfile.readline().split(b";")[0], 16):
                content.write(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return content.getvalue()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _environ(self) -> dict[str, Any]:
        """The request as WSGI hands it to moto's applications."""
        url = urlsplit(self.path)
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(url.path, "latin-1"),
            "QUERY_STRING": url.query,
            "REQUEST_URI": self.path,
            "RAW_URI": self.path,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": self.headers.get("Content-Length", ""),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ

    def _write(self, answer: Answer) -> None:
        if answer.hung:
            # Until the client gives up and closes.
            with contextlib.suppress(OSError):
                while self.rfile.read(1):
                    pass
        if answer.dropped or answer.hung:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection", "server", "date", "status"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """The call log is the log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own business."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)
