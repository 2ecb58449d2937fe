"""Mistakes that people make, and what they are told: what failed, on which object or argument, why,
and what to do about it. A table: one row a mistake."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness import hcl
from harness.aws import Account, Control
from harness.configuration import configuration, orders, service_side
from harness.consumer import Consumer
from harness.network import Network
from harness.terraform import Diagnostic, Outcome, Workspace

MISSING = "subnet-0123456789abcdef0"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
# Names that only the code has, Rust's way to print, and what the SDK says to itself.
INTERNAL = re.compile(
    r"#[0-9a-f]{6}|\b(target-group|listener|security-group|alias)/|(?<!-)\bload-balancer\b(?!-)"
    r"|\bendpoint-service\b|\bhosted-zone\b|Error \{|Some\(|dispatch failure|service error"
)


@dataclass
class Ground:
    account: Account
    control: Control
    network: Network
    terraform: Workspace


@dataclass
class Mistake:
    name: str
    arguments: Callable[[Ground], dict[str, Any]]
    where: str
    """What the message begins with: the argument, or else part of the object's name."""
    says: tuple[str, ...]
    """Why, and what to do."""
    fault: dict[str, Any] = field(default_factory=dict)
    provider: dict[str, Any] = field(default_factory=dict)
    blocks: str = ""
    before: Callable[[Ground], None] = lambda ground: None
    command: str = "apply"
    warns: bool = False
    seconds: float = 30.0


def path(**changes: Any) -> Callable[[Ground], dict[str, Any]]:
    return lambda ground: service_side(ground.network, **changes)


def whole(**changes: Any) -> Callable[[Ground], dict[str, Any]]:
    return lambda ground: orders(ground.network, **changes)


def refused(action: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "code": code, "message": message, "times": 1000, **more}


def stands(**changes: Any) -> Callable[[Ground], None]:
    def make(ground: Ground) -> None:
        ground.terraform.write(configuration(service_side(ground.network, **changes))).apply()

    return make


def somebody_connects(ground: Ground) -> None:
    consumer = Consumer(ground.account.url)
    service = {"allowed_principals": [consumer.principal]}
    stands(endpoint_service=service)(ground)
    consumer.ask(ground.terraform.attributes()["service_name"])


ENCODED = "You are not authorized to perform this operation. Encoded authorization failure message: x"
MISTAKES = [
    Mistake(
        "subnet-missing",
        path(load_balancer={"subnet_ids": [MISSING]}),
        "load_balancer.subnet_ids",
        (MISSING, "does not exist"),
        command="plan",
    ),
    Mistake(
        "port-twice",
        path(count=2, broker_port_base=7000, bootstrap_port=7001),
        "b",
        ("7001",),
        command="plan",
    ),
    Mistake("region-misspelt", path(), "region", ("eu-central1",), provider={"region": "eu-central1"}),
    Mistake(
        "role-not-lent",
        path(),
        "The role arn:aws:iam::111111111111:role/deploy",
        ("not authorized to perform: sts:AssumeRole", "trust policy", "AWS_ACCESS_KEY_ID"),
        fault=refused(
            "AssumeRole",
            "AccessDenied",
            "User: arn:aws:iam::2:user/ci is not authorized to perform: sts:AssumeRole",
            status=403,
        ),
        blocks=hcl.block("assume_role", body={"role_arn": "arn:aws:iam::111111111111:role/deploy"}),
    ),
    Mistake(
        "wrong-account",
        path(),
        "These credentials belong to AWS account",
        ("allowed_account_ids", "Use other credentials"),
        provider={"allowed_account_ids": ["111111111111"]},
    ),
    Mistake(
        "quota-of-target-groups",
        path(count=5),
        "brokers",
        (
            "The maximum number of target groups has been reached",
            "TooManyTargetGroups",
            "request id",
            "Target Groups per Region",
            "Service Quotas",
            "create the target group of broker 1 to 5",
        ),
        fault=refused(
            "CreateTargetGroup",
            "TooManyTargetGroups",
            "The maximum number of target groups has been reached",
        ),
    ),
    Mistake(
        "quota-of-load-balancers",
        path(),
        "load_balancer",
        ("TooManyLoadBalancers", "Network Load Balancers per Region", "Service Quotas"),
        fault=refused("CreateLoadBalancer", "TooManyLoadBalancers", "The limit has been reached"),
    ),
    Mistake(
        "quota-of-endpoints",
        whole(count=1),
        "endpoint",
        ("VpcEndpointLimitExceeded", "Interface VPC endpoints per VPC", "Service Quotas"),
        fault=refused("CreateVpcEndpoint", "VpcEndpointLimitExceeded", "The maximum is reached"),
    ),
    Mistake(
        "quota-of-rules",
        whole(count=1),
        "endpoint",
        ("RulesPerSecurityGroupLimitExceeded", "rules per security group", "Service Quotas"),
        fault=refused(
            "AuthorizeSecurityGroupIngress",
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached",
        ),
    ),
    Mistake(
        "write-denied",
        path(),
        "endpoint_service",
        (
            "ec2:CreateVpcEndpointServiceConfiguration",
            "IAM policies",
            "aws sts decode-authorization-message",
        ),
        fault=refused(
            "CreateVpcEndpointServiceConfiguration", "UnauthorizedOperation", ENCODED, status=403
        ),
    ),
    Mistake(
        "read-denied",
        path(),
        "",
        ("DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups", "IAM policies"),
        fault=refused("DescribeTargetGroups", "AccessDenied", "not authorized", status=403),
    ),
    Mistake(
        "session-ends",
        path(count=3),
        "",
        ("Renew the credentials", "no permission is missing", "6001 to 6003"),
        fault=refused("CreateListener", "ExpiredToken", "The token is expired", status=403),
    ),
    Mistake(
        "certificate-missing",
        path(count=2, listener={"protocol": "TLS", "certificate_arn": CERTIFICATE}),
        "listener.certificate_arn",
        ("CertificateNotFound", "ACM", "same region"),
        fault=refused("CreateListener", "CertificateNotFound", "Certificate not found"),
        seconds=120,
    ),
    Mistake(
        "endpoint-never-available",
        whole(count=1, timeouts={"create": "8s"}),
        "endpoint",
        ("the endpoint", "pending", "timeouts", "applying again goes on from here"),
        before=lambda ground: ground.control.provisioning(endpoint=300),
    ),
    Mistake(
        "load-balancer-fails",
        path(),
        "load_balancer",
        ("The load balancer failed for good", "No free addresses"),
        before=lambda ground: ground.control.fault(
            load_balancer_state="failed", reason="No free addresses"
        ),
    ),
    Mistake(
        "others-connected",
        path(),
        "endpoint_service",
        ("pendingAcceptance", "Ask their owners", "on_destroy"),
        before=somebody_connects,
        command="destroy",
    ),
    Mistake(
        "deletion-protection",
        path(load_balancer={"deletion_protection_enabled": True}),
        "load_balancer",
        ("Deletion protection", "deletion_protection_enabled = false"),
        before=stands(load_balancer={"deletion_protection_enabled": True}),
        command="destroy",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda it: it.name)
def test_a_mistake_is_told_with_place_reason_and_remedy(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    mistake: Mistake,
) -> None:
    ground = Ground(account, control, network, terraform)
    mistake.before(ground)
    if mistake.command != "destroy" or "resource" not in str(terraform.state()):
        provider = hcl.block("provider", "kafka", body=mistake.provider, extra=mistake.blocks)
        text = configuration(mistake.arguments(ground))
        terraform.write(text.replace('provider "kafka" {}\n', provider))
    if mistake.fault:
        control.fault(**mistake.fault)
    ran = terraform.run(mistake.command, "-input=false", "-json", *options(mistake.command))
    ran.expect(1)
    error = the_one(ran)
    assert error.detail.startswith(mistake.where), f"{mistake.where!r}: {ran.report()}"
    for part in mistake.says:
        assert part in error.text, f"{part!r}: {ran.report()}"
    for said in ran.diagnostics:
        assert not INTERNAL.search(said.text), said.text
    assert ran.seconds < mistake.seconds, f"{ran.seconds} s"


def the_one(ran: Outcome) -> Diagnostic:
    """One cause, one error."""
    assert len(ran.errors) == 1, ran.report()
    return ran.errors[0]


def options(command: str) -> tuple[str, ...]:
    return () if command == "plan" else ("-auto-approve",)


def test_a_quota_with_49_brokers_is_one_error(
    control: Control, network: Network, terraform: Workspace
) -> None:
    words = "The maximum number of target groups has been reached"
    control.fault(**refused("CreateTargetGroup", "TooManyTargetGroups", words))
    terraform.write(configuration(service_side(network, count=49)))
    failed = terraform.run("apply", "-auto-approve", "-input=false", "-no-color").expect(1)
    lines = failed.stderr.splitlines()
    assert failed.stderr.count("Error: ") == 1, failed.stderr
    assert len(lines) < 30, failed.stderr
    assert "broker 1 to 49" in " ".join(line.strip("│ ") for line in lines)
