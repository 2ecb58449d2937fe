"""Mistakes that people make, and what they are told: what failed, on which object or argument, why,
and what to do about it. A table: one row a mistake.

Some are not in it, since it is Terraform that tells of them before a provider is asked: an argument
that no schema has (`host_name`), block syntax for an attribute, a list where a map is wanted, and a
state that a newer version has written. Of a key that no schema has inside a nested object nobody is
told (hashicorp/terraform#33570)."""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness import hcl
from harness.aws import Account, Control, eventually
from harness.configuration import configuration, orders, service_side
from harness.consumer import Consumer
from harness.network import Network
from harness.surroundings import private_zone
from harness.terraform import Diagnostic, Outcome, Workspace

MISSING = "subnet-0123456789abcdef0"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
# Names that only the code has, Rust's way to print, and what the SDK says to itself.
INTERNAL = re.compile(
    r"#[0-9a-f]{6}|\b(target-group|listener|security-group|alias)/|(?<!-)\bload-balancer\b(?!-)"
    r"|(?<!vpc-)\bendpoint-service\b|\bhosted-zone\b|Error \{|Some\(|dispatch failure|service error"
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
    """A warning, and the command succeeds."""
    without: tuple[str, ...] = ()
    """Variables of the environment that are not set."""
    import_id: str = ""
    interrupted_at: str = ""
    """The call after which somebody presses Ctrl-C."""
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


def a_namesake(ground: Ground) -> None:
    stands()(ground)
    ground.terraform.run("state", "rm", "kafka_privatelink.orders").expect(0)


def a_zone_of_another_name(ground: Ground) -> dict[str, Any]:
    zone = private_zone(ground.account, "example.com", ground.network.client.id)
    return orders(ground.network, endpoint={"zone_id": zone})


def in_unserved_zones(ground: Ground) -> dict[str, Any]:
    """The load balancer has two zones of three, and the endpoint all."""
    return orders(
        ground.network,
        count=2,
        load_balancer={"subnet_ids": ground.network.kafka.subnets[:2]},
        endpoint={"subnet_ids": ground.network.client.subnets},
    )


def a_broker_in_an_unserved_zone(ground: Ground) -> dict[str, Any]:
    two = {"subnet_ids": ground.network.kafka.subnets[:2]}
    return service_side(ground.network, count=3, load_balancer=two)


def without_a_subnet(ground: Ground) -> dict[str, Any]:
    fewer = ground.network.kafka.subnets[:2]
    return orders(ground.network, count=2, load_balancer={"subnet_ids": fewer})


def whole_stands(ground: Ground) -> None:
    ground.terraform.write(configuration(orders(ground.network, count=2))).apply()


def unhealthy(ground: Ground) -> None:
    reason = {"reason": "Target.Timeout", "description": "Request timed out"}
    ground.control.fault(target_health="unhealthy", target=first_broker(ground), **reason)


def first_broker(ground: Ground) -> str:
    return ground.network.kafka.address(0, 11)


def another_is_healthy(ground: Ground) -> None:
    """The one that is to take its place is not."""
    waits: dict[str, Any] = {"wait_for_healthy": True, "timeouts": {"update": "6s"}}
    elsewhere = {"1": {"target": ground.network.kafka.address(0, 99)}}
    stands(brokers=elsewhere, **waits)(ground)
    unhealthy(ground)


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
    Mistake(
        "another-region",
        whole(count=1, region="eu-west-1"),
        "region",
        (
            "Nothing that is named exists in eu-west-1",
            "Is eu-west-1 the region that was meant",
            "credentials of the right account",
        ),
        command="plan",
    ),
    Mistake(
        "no-region",
        path(),
        "region",
        ("Nothing names the AWS region", "AWS_REGION", "provider's configuration"),
        command="plan",
        without=("AWS_REGION",),
    ),
    Mistake(
        "restricted-region",
        path(region="us-west-1"),
        "region",
        ("us-west-1", "restricted_regions", "AWS itself has no such limit", "= []"),
        command="plan",
    ),
    Mistake(
        "name-taken",
        path(),
        "name",
        ("A path called orders exists already", "vpce-svc-", "import it", "choose another name"),
        before=a_namesake,
        command="plan",
        warns=True,
    ),
    Mistake(
        "name-taken-and-applied",
        path(),
        "name",
        ("vpce-svc-", "mport", "another name"),
        before=a_namesake,
    ),
    Mistake(
        "endpoint-in-an-unserved-zone",
        in_unserved_zones,
        "endpoint.subnet_ids",
        ("There is none for subnet-", "us-east-1c", "give the load balancer a subnet in their"),
        command="plan",
    ),
    Mistake(
        "broker-in-an-unserved-zone",
        a_broker_in_an_unserved_zone,
        'brokers["3"].target',
        ("us-east-1c", "load_balancer"),
        command="plan",
    ),
    Mistake(
        "hostname-outside-the-zone",
        a_zone_of_another_name,
        "endpoint.zone_id",
        ("is the zone example.com", "cannot have a record of kafka.test.com", "leave zone_id out"),
        command="plan",
    ),
    Mistake(
        "import-of-an-arn",
        path(),
        "",
        ("cannot be imported", "It is an ARN", 'endpoint service, "vpce-svc-0a1b"'),
        command="import",
        import_id="arn:aws:ec2:us-east-1:123456789012:vpc-endpoint-service/vpce-svc-0a1b",
    ),
    Mistake(
        "import-of-nothing",
        path(),
        "",
        ("There is no endpoint service vpce-svc-0a1b in us-east-1", "or it may not be seen", "@"),
        command="import",
        import_id="vpce-svc-0a1b",
    ),
    Mistake(
        "never-healthy",
        path(wait_for_healthy=True, timeouts={"create": "8s"}),
        'brokers["1"]',
        (
            "Broker 1 is not healthy",
            "unhealthy (Target.Timeout: Request timed out)",
            "its security group lets",
            "wait_for_healthy = false",
        ),
        before=unhealthy,
    ),
    Mistake(
        "new-target-never-healthy",
        path(wait_for_healthy=True, timeouts={"update": "6s"}),
        'brokers["1"]',
        (
            "Broker 1 is not healthy",
            "unhealthy (Target.Timeout: Request timed out)",
            "its security group lets",
            "wait_for_healthy = false",
            "deregister targets from the target group of all brokers",
        ),
        before=another_is_healthy,
    ),
    Mistake(
        "subnet-removed-while-connected",
        without_a_subnet,
        "load_balancer.subnet_ids",
        ("AWS takes no subnet from a load balancer", "vpce-", "Keep the subnets, or reject"),
        before=whole_stands,
        command="plan",
    ),
    Mistake(
        "interrupted",
        path(),
        "load_balancer",
        ("Interrupted", "the load balancer", "AWS calls", "Applying again goes on from here"),
        before=lambda ground: ground.control.provisioning(load_balancer=60),
        interrupted_at="CreateListener",
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
            "this resource needs 6 in all, and has",
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
        ("TooManyLoadBalancers", "Network Load Balancers per Region", "needs 1 in all, and has 0"),
        fault=refused("CreateLoadBalancer", "TooManyLoadBalancers", "The limit has been reached"),
    ),
    Mistake(
        "quota-of-endpoints",
        whole(count=1),
        "endpoint",
        ("VpcEndpointLimitExceeded", "Interface VPC endpoints per VPC", "needs 1 in all, and has"),
        fault=refused("CreateVpcEndpoint", "VpcEndpointLimitExceeded", "The maximum is reached"),
    ),
    Mistake(
        "quota-of-rules",
        whole(count=1),
        "endpoint",
        ("RulesPerSecurityGroupLimitExceeded", "rules per security group", "this resource needs"),
        fault=refused(
            "AuthorizeSecurityGroupIngress",
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached",
        ),
    ),
    Mistake(
        "quota-of-zones",
        whole(count=1),
        "hostname",
        ("TooManyHostedZones", "Hosted zones", "Service Quotas", "needs 1 in all, and has 0"),
        fault=refused("CreateHostedZone", "TooManyHostedZones", "The limit has been reached"),
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
        ("The load balancer failed permanently", "No free addresses", "Remove the cause"),
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
    for name in mistake.without:
        terraform.environment.pop(name)
    ran = made(ground, mistake).expect(0 if mistake.warns else 1)
    # Terraform itself says so at an interrupt, beside what the provider says.
    said = [it for it in ran.diagnostics if it.summary != "execution halted"]
    severity = "warning" if mistake.warns else "error"
    error = the_one([it for it in said if it.severity == severity], ran)
    assert error.detail.startswith(mistake.where), f"{mistake.where!r}: {ran.report()}"
    for part in mistake.says:
        assert part in error.text, f"{part!r}: {ran.report()}"
    for said in ran.diagnostics:
        assert not INTERNAL.search(said.text), said.text
    assert ran.seconds < mistake.seconds, f"{ran.seconds} s"


def made(ground: Ground, mistake: Mistake) -> Outcome:
    """The command, in Terraform's words for machines where it has them."""
    terraform = ground.terraform
    if mistake.command == "import":
        return imported(terraform, mistake.import_id)
    agreed = () if mistake.command == "plan" else ("-auto-approve",)
    running = terraform.start(mistake.command, "-input=false", "-json", *agreed)
    if mistake.interrupted_at:
        called = mistake.interrupted_at
        eventually(lambda: bool(ground.control.calls(called)), f"{called} is called")
        os.killpg(running.pid, signal.SIGINT)
    return terraform.finish(running)


def imported(terraform: Workspace, identifier: str) -> Outcome:
    """A plan with an import block: `terraform import` has no -json."""
    to = hcl.Expression("kafka_privatelink.orders")
    block = hcl.block("import", body={"to": to, "id": identifier})
    return terraform.write(block, file="import.tf").run("plan", "-input=false", "-json")


def the_one(said: list[Diagnostic], ran: Outcome) -> Diagnostic:
    """One cause, one message."""
    assert len(said) == 1, ran.report()
    return said[0]


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


def test_who_waits_to_be_accepted_is_told_in_every_plan(
    account: Account, network: Network, terraform: Workspace
) -> None:
    """The path's own endpoint is accepted by the apply, and nobody is told of it."""
    consumer = Consumer(account.url)
    service = {"allowed_principals": [consumer.principal]}
    text = configuration(orders(network, count=1, endpoint_service=service))
    terraform.write(text).apply()
    assert terraform.try_plan().expect(0).warnings == []
    asking = consumer.ask(terraform.attributes()["service_name"])
    for _ in range(2):
        told = terraform.try_plan().expect(0)
        warning = the_one(told.warnings, told)
        assert warning.detail.startswith("endpoint_service"), told.report()
        for part in [
            f"{asking} of account {consumer.id}",
            "aws ec2 accept-vpc-endpoint-connections",
            terraform.attributes()["id"],
        ]:
            assert part in warning.text, told.report()
    account.ec2.accept_vpc_endpoint_connections(
        ServiceId=terraform.attributes()["id"], VpcEndpointIds=[asking]
    )
    assert terraform.try_plan().expect(0).warnings == []
