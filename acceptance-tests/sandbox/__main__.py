"""`python -m sandbox`: serves the sandbox AWS on the loopback interface until it is stopped."""

import argparse
import ctypes
import json
import os
import signal
import sys
import threading

DEFAULT_ACCOUNT = "123456789012"
_PR_SET_PDEATHSIG = 1


def main() -> None:
    arguments = _arguments()
    # Signals first: whoever starts us may end us while moto is still being imported.
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.exit_with_parent:
        _end_with_parent(stop)
    _prepare_environment()

    from sandbox import actions
    from sandbox.server import RequestHandler, Server

    actions.load()
    server = Server(("127.0.0.1", arguments.port), RequestHandler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
    ).start()
    _announce(url, arguments.account)
    if arguments.ready_file:
        _write_ready_file(arguments.ready_file, url)
    stop.wait()
    sys.stdout.flush()
    # Everything lives in memory: taking the interpreter down in order costs a second for nothing.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free port")
    parser.add_argument("--ready-file", help="written as JSON with url and pid when ready")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when the parent does")
    parser.add_argument("--account", default=DEFAULT_ACCOUNT, help="account of the printed lines")
    return parser.parse_args()


def _end_with_parent(stop: threading.Event) -> None:
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    def watch() -> None:
        # The signal follows the thread that started us, so the process is watched as well.
        while not stop.wait(0.5):
            if os.getppid() != parent:
                stop.set()

    threading.Thread(target=watch, daemon=True).start()


def _prepare_environment() -> None:
    """What moto reads when it is imported. It must never find real credentials."""
    os.environ.pop("AWS_PROFILE", None)
    os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "sandbox"
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    # Nobody looks at images here, and every account would hold hundreds of them.
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"


def _announce(url: str, account: str) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "us-east-1",
    }.items():
        print(f"export {name}={value}")
    sys.stdout.flush()


def _write_ready_file(path: str, url: str) -> None:
    """Written whole or not at all: a reader never sees half a document."""
    partial = f"{path}.partial"
    with open(partial, "w", encoding="utf-8") as file:
        json.dump({"url": url, "pid": os.getpid()}, file)
    os.replace(partial, path)


if __name__ == "__main__":
    main()
