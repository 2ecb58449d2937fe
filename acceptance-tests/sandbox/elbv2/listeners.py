"""Create, describe, modify and delete listeners."""

from dataclasses import replace
from typing import Any

from sandbox.elbv2 import balancer, listener, tag_rules, target_group
from sandbox.elbv2.listener import Listener, forget_listener, listeners_of
from sandbox.elbv2.listener_rules import DEFAULT_SSL_POLICY, check, forward_of
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import Call, action

# ELB User Guide, "Quotas for your Network Load Balancers": 50, not adjustable.
QUOTA = 50


@action("elbv2", "CreateListener")
def create_listener(call: Call) -> dict[str, Any]:
    owner = balancer.find(call.region, call["LoadBalancerArn"])
    protocol = call.get("Protocol")
    if protocol is None or call.get("Port") is None:
        raise AwsError("ValidationError", "A protocol and a port must be specified")
    tls = protocol == "TLS"
    made = Listener(
        region=call.region,
        load_balancer_arn=owner.arn,
        protocol=protocol,
        port=call["Port"],
        forward=forward_of(call["DefaultActions"]),
        certificates=_certificates(call),
        ssl_policy=call.get("SslPolicy") or (DEFAULT_SSL_POLICY if tls else None),
        alpn_policy=list(call.get("AlpnPolicy") or []),
        tags=tag_rules.as_dict(call.get("Tags")),
    )
    siblings = listeners_of(call.region, owner.arn)
    same_port = next((item for item in siblings if item.port == made.port), None)
    if same_port:
        if same_port.settings() == made.settings():
            # ELB API Reference, CreateListener: "This operation is idempotent".
            return {"Listeners": [same_port.document()]}
        raise _duplicate()
    if len(siblings) >= QUOTA:
        # ELB API Reference, CreateListener: TooManyListeners.
        raise AwsError(
            "TooManyListeners",
            f"The maximum number of listeners on load balancer '{owner.arn}' has been reached",
        )
    check(owner, made)
    call.all(Listener)[made.arn] = made
    target_group.note_use(call.region)
    return {"Listeners": [made.document()]}


@action("elbv2", "DescribeListeners")
def describe_listeners(call: Call) -> dict[str, Any]:
    arns, owner = call.get("ListenerArns"), call.get("LoadBalancerArn")
    if bool(arns) == bool(owner):
        raise AwsError(
            "ValidationError", "You must specify either listener ARNs or a load balancer ARN"
        )
    if owner:
        balancer.find(call.region, owner)
        seen = [item for item in listeners_of(call.region, owner) if item.visible]
    else:
        seen = [item for item in call.all(Listener).values() if item.arn in arns and item.visible]
        if len(seen) < len(set(arns)):
            raise AwsError("ListenerNotFound", "One or more listeners not found")
    items, marker = page(seen, lambda item: item.arn, call.get("PageSize"), call.get("Marker"), 400)
    return {"Listeners": [item.document() for item in items], "NextMarker": marker}


@action("elbv2", "ModifyListener")
def modify_listener(call: Call) -> dict[str, Any]:
    found = listener.find(call.region, call["ListenerArn"])
    owner = balancer.find(call.region, found.load_balancer_arn)
    protocol = call.get("Protocol") or found.protocol
    # ELB API Reference, ModifyListener: "Any properties that you do not specify remain
    # unchanged. Changing the protocol from HTTPS to HTTP, or from TLS to TCP, removes the
    # security policy and default certificate properties."
    keeps_tls = found.protocol == protocol == "TLS"
    after = replace(
        found,
        protocol=protocol,
        port=call.get("Port") or found.port,
        forward=forward_of(call["DefaultActions"]) if call.get("DefaultActions") else found.forward,
        certificates=_certificates(call) or (found.certificates if keeps_tls else []),
        ssl_policy=call.get("SslPolicy")
        or (found.ssl_policy if keeps_tls else None)
        or (DEFAULT_SSL_POLICY if protocol == "TLS" else None),
        alpn_policy=list(call.get("AlpnPolicy") or (found.alpn_policy if keeps_tls else [])),
    )
    for sibling in listeners_of(call.region, owner.arn):
        if sibling.arn != found.arn and sibling.port == after.port:
            raise _duplicate()
    check(owner, after)
    call.all(Listener)[found.arn] = after
    target_group.note_use(call.region)
    return {"Listeners": [after.document()]}


@action("elbv2", "DeleteListener")
def delete_listener(call: Call) -> None:
    # ELB API Reference, DeleteListener: ListenerNotFound.
    forget_listener(call.region, listener.find(call.region, call["ListenerArn"]))


def _certificates(call: Call) -> list[str]:
    return [item["CertificateArn"] for item in call.get("Certificates") or []]


def _duplicate() -> AwsError:
    # ELB API Reference, CreateListener: DuplicateListener.
    return AwsError(
        "DuplicateListener", "A listener already exists on this port for this load balancer"
    )
