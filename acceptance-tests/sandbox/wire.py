"""AWS's wire formats, all taken from botocore's service models through moto's machinery."""

import re
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationNotFoundError
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model

from sandbox.errors import AwsError, InvalidAction

# Signing name in the Authorization header -> botocore service.
SERVICES = {
    "elasticloadbalancing": "elbv2",
    "ec2": "ec2",
    "route53": "route53",
    "sts": "sts",
    "acm": "acm",
    "iam": "iam",
}
# Moto serialises errors of these without a namespace; real AWS names one.
_NAMESPACES = {
    "elbv2": "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    "route53": "https://route53.amazonaws.com/doc/2013-04-01/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    error: str | None = None
    # The connection is closed without an answer.
    dropped: bool = False
    hung: bool = False


def request_id() -> str:
    return str(uuid.uuid4())


@cache
def _operation(service: str, action: str) -> OperationModel:
    try:
        return get_service_model(service).operation_model(action)
    except OperationNotFoundError as error:
        raise InvalidAction(action) from error


def action_of(service: str, request: Request) -> tuple[str, dict[str, str]]:
    """The action a request names, with the parameters in its path."""
    named = request.values.get("Action")
    if named:
        return named, {}
    try:
        operation, path_params = get_service_router(service).match(request)
    except (NotFound, NotImplementedError) as error:
        raise InvalidAction(f"{request.method} {request.path}") from error
    return operation.name, path_params


def parse(
    service: str, action: str, request: Request, path_params: dict[str, str]
) -> dict[str, Any]:
    operation = _operation(service, action)
    protocol = determine_request_protocol(get_service_model(service), request.content_type)
    parser = PROTOCOL_PARSERS[protocol](operation, map_type=dict)
    return parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": path_params,
        }
    )


def serialise(service: str, action: str, result: dict[str, Any] | None, call_id: str) -> Answer:
    model = get_service_model(service)
    serializer = get_serializer_class(service, model.metadata["protocol"])(
        operation_model=_operation(service, action), context=SerializationContext(call_id)
    )
    response = serializer.serialize(result or {})
    body = response["body"]
    return Answer(
        int(response["status_code"]),
        {**response["headers"], **_request_id_header(service, call_id)},
        body.encode() if isinstance(body, str) else body,
    )


def serialise_error(service: str, error: AwsError, call_id: str) -> Answer:
    """AWS's two error documents: EC2's own, and the one of the query and REST-XML protocols."""
    code, message = escape(error.code), escape(error.message)
    if service == "ec2":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>{call_id}</RequestID></Response>"
        )
    else:
        kind = "Sender" if error.status < 500 else "Receiver"
        namespace = _NAMESPACES.get(service)
        attribute = f' xmlns="{namespace}"' if namespace else ""
        body = (
            f"<ErrorResponse{attribute}><Error><Type>{kind}</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>{call_id}</RequestId></ErrorResponse>"
        )
    headers = {"Content-Type": "text/xml", **_request_id_header(service, call_id)}
    return Answer(error.status, headers, body.encode(), error=error.code)


def with_request_id(service: str, answer: Answer, call_id: str) -> Answer:
    """Gives an answer that moto made the id of this call, in the header and in the body."""
    answer.headers = {
        name: value for name, value in answer.headers.items() if name.lower() != "x-amzn-requestid"
    }
    answer.headers.update(_request_id_header(service, call_id))
    answer.body = re.sub(
        rb"<(RequestId|requestId|RequestID)>[^<]*<",
        lambda found: b"<" + found.group(1) + b">" + call_id.encode() + b"<",
        answer.body,
    )
    return answer


def _request_id_header(service: str, call_id: str) -> dict[str, str]:
    # EC2 names the header in lower case, the others as x-amzn-RequestId; HTTP does not care.
    return {"x-amzn-requestid" if service == "ec2" else "x-amzn-RequestId": call_id}
