"""One AWS request from its bytes to its answer: log, faults, our rules, else moto's."""

import io
import re
import threading
import time
import traceback
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.utils import camelcase_to_underscores
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)

from sandbox import clock, wire
from sandbox.accounts import WORLD, Account
from sandbox.control import left_out
from sandbox.control.call_log import is_write
from sandbox.control.faults import Fault
from sandbox.ec2 import endpoint, endpoint_service, interfaces
from sandbox.elbv2 import balancer
from sandbox.errors import AwsError, InvalidAction
from sandbox.registry import Call, guard_of, handler_of
from sandbox.validation import validate
from sandbox.wire import Answer

# moto's backends share dictionaries between threads: one request at a time.
LOCK = threading.RLock()
_moto = DomainDispatcherApplication(create_backend_app)
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Signature:
    """What the Authorization header of Signature Version 4 says."""

    account: str
    region: str
    service: str
    signing_name: str


def read_signature(authorization: str) -> Signature:
    found = _CREDENTIAL.search(authorization or "")
    if not found:
        raise AwsError("MissingAuthenticationToken", "The request has no signature.", 403)
    access_key, region, signing_name = found.groups()
    return Signature(
        _account_of(access_key), region, wire.SERVICES.get(signing_name, signing_name), signing_name
    )


def _account_of(access_key: str) -> str:
    """A 12-digit access key id is the account; keys of AssumeRole belong to the role's account."""
    if re.fullmatch(r"\d{12}", access_key):
        return access_key
    return get_account_id_from(access_key)


def answer(environ: dict[str, Any], body: bytes) -> Answer:
    """Answers one request; `environ` is WSGI's, `body` the whole request body."""
    call_id = wire.request_id()
    try:
        signature = read_signature(environ.get("HTTP_AUTHORIZATION", ""))
    except AwsError as error:
        return wire.serialise_error("sts", error, call_id)
    account = WORLD.account(signature.account)
    if account.timing.latency_ms:
        time.sleep(account.timing.latency_ms / 1000)
    with LOCK:
        return _answer(environ, body, signature, account, call_id)


def _answer(
    environ: dict[str, Any], body: bytes, signature: Signature, account: Account, call_id: str
) -> Answer:
    service = signature.service
    environ = {**environ, "HTTP_X_MOTO_ACCOUNT_ID": account.id, "wsgi.input": io.BytesIO(body)}
    request = BackendRequest(environ)
    entry = {
        "time": clock.now(),
        "service": signature.signing_name,
        "action": "",
        "region": signature.region,
        "params": {},
        "status": 0,
        "error": None,
        "write": False,
        "user_agent": environ.get("HTTP_USER_AGENT", ""),
        "request_id": call_id,
    }
    # The region exists from its first call, also if moto answers it.
    account.region(signature.region)
    let_time_pass(account)
    try:
        action, path_params = wire.action_of(service, request)
        entry["action"], entry["write"] = action, is_write(action)
        params = wire.parse(service, action, request, path_params)
        entry["params"] = _flat(params)
        services = (signature.signing_name, service)
        account.throttle.check(services, action, signature.region)
        fault = account.faults.strike(services, action)
        if fault and not fault.after:
            result = _fault_answer(service, fault, call_id)
        else:
            call = Call(account, signature.region, params)
            result = _perform(service, action, call, environ, body, call_id)
            if fault:
                result = _fault_answer(service, fault, call_id)
    except AwsError as error:
        result = wire.serialise_error(service, error, call_id)
    except Exception as error:  # A mistake of the sandbox: say so, and not with a retried 500.
        traceback.print_exc()
        wrong = AwsError("SandboxError", f"The sandbox failed: {type(error).__name__}: {error}")
        result = wire.serialise_error(service, wrong, call_id)
    entry["status"], entry["error"] = result.status, result.error
    account.calls.add(entry)
    return result


def _perform(
    service: str, action: str, call: Call, environ: dict[str, Any], body: bytes, call_id: str
) -> Answer:
    handler = handler_of(service, action)
    guard = guard_of(service, action)
    if guard is not None:
        guard(call)
    if handler is None:
        return _moto_answer(service, action, environ, body, call_id)
    validate(service, action, call.params)
    if call.get("DryRun"):
        # EC2 API Reference, "Common query parameters": DryRun answers with an error.
        raise AwsError(
            "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412
        )
    answer = left_out.prune(call.account, action, handler(call))
    return wire.serialise(service, action, answer, call_id)


def let_time_pass(account: Account) -> None:
    """Ends the deletions that are due, whoever calls next."""
    for region in account.regions():
        balancer.sweep(region)
        endpoint_service.sweep(region)
        endpoint.sweep(region)
    interfaces.release_due(account)


def _fault_answer(service: str, fault: Fault, call_id: str) -> Answer:
    if fault.hang:
        return Answer(0, {}, b"", error="Hung", hung=True)
    if fault.drop:
        return Answer(0, {}, b"", error="Dropped", dropped=True)
    return wire.serialise_error(service, AwsError(fault.code, fault.message, fault.status), call_id)


def _moto_answer(
    service: str, action: str, environ: dict[str, Any], body: bytes, call_id: str
) -> Answer:
    """moto's own answer; an action it does not implement must not become a retried 500."""
    if not _moto_implements(service, action):
        raise InvalidAction(action)
    started: list[Any] = []
    environ = {**environ, "wsgi.input": io.BytesIO(body)}
    chunks = _moto(
        environ, lambda status, headers, exc_info=None: started.extend([status, headers])
    )
    content = b"".join(chunks)
    made = Answer(int(started[0].split()[0]), dict(started[1]), content)
    if made.status >= 400:
        code = re.search(rb"<Code>([^<]*)</Code>", content)
        made.error = code.group(1).decode() if code else str(made.status)
    return wire.with_request_id(service, made, call_id)


@cache
def _moto_implements(service: str, action: str) -> bool:
    try:
        backends = get_backend(service)[DEFAULT_ACCOUNT_ID]
        views = backends[backends.regions[0]].flask_paths.values()
    except (ImportError, KeyError):
        return False
    method = camelcase_to_underscores(action)
    return any(hasattr(getattr(view, "__self__", None), method) for view in views)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Nested parameters as one level: {"Tags.0.Key": "a"}."""
    if isinstance(value, dict):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, (list, tuple)):
        items = [(str(index), item) for index, item in enumerate(value)]
    else:
        plain = value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
        return {path: plain}
    flat: dict[str, Any] = {}
    for key, item in items:
        flat.update(_flat(item, f"{path}.{key}" if path else key))
    return flat
