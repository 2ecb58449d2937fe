"""The HTTP endpoints under /sandbox/; README.md describes them."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox import dispatch
from sandbox.accounts import WORLD, Account
from sandbox.control import reset, snapshot, target_health
from sandbox.wire import Answer


def answer(method: str, target: str, body: bytes) -> Answer:
    url = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    try:
        document = json.loads(body) if body else {}
        with dispatch.LOCK:
            found = _route(method, url.path, query, document)
    except (ValueError, KeyError, TypeError) as error:
        return _json(400, {"error": f"{type(error).__name__}: {error}"})
    if found is None:
        return _json(404, {"error": f"no {method} {url.path}"})
    return _json(200, found)


def _route(method: str, path: str, query: dict[str, str], document: dict[str, Any]) -> Any:
    account_id = query.get("account") or document.get("account")
    name = path.removeprefix("/sandbox/").rstrip("/")
    if name == "health":
        return {"ok": True}
    if not account_id:
        raise KeyError("name the account, in the query or in the document")
    account = WORLD.account(account_id)
    match method, name:
        case "POST", "config":
            account.timing.update(document)
            account.throttle.update(document.get("throttle") or {})
            return _settings(account)
        case "GET", "config":
            return _settings(account)
        case "GET", "calls":
            return account.calls.entries()
        case "DELETE", "calls":
            account.calls.clear()
            return {}
        case "POST", "faults":
            account.faults.add(document)
            return {}
        case "DELETE", "faults":
            account.faults.clear()
            return {}
        case "POST", "target-health":
            target_health.report(account, document)
            return {}
        case "GET", "objects":
            dispatch.let_time_pass(account)
            return snapshot.take(account)
        case "POST", "reset":
            reset.forget(account)
            return {}
    return None


def _settings(account: Account) -> dict[str, Any]:
    return {**account.timing.document(), "throttle": account.throttle.document()}


def _json(status: int, document: Any) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(document).encode())
