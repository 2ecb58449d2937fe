"""Credentials that AWS refuses or that are not found, and an AWS that cannot be reached: one error
that says which, from where they came, and what to do."""

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import hcl
from harness.aws import SECRET, Account, Control
from harness.configuration import ADDRESS, HEADER, configuration, orders, resource, service_side
from harness.network import Network
from harness.terraform import Diagnostic, Outcome, Workspace

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# What programs say to each other, and nobody to people.
CHATTER = re.compile(r"dispatch failure|service error|unhandled|Error \{|os error|credential provider")


def the_error(ran: Outcome, *parts: str) -> Diagnostic:
    """There is one error, which has these parts, and nothing else was said."""
    assert len(ran.errors) == 1 and not ran.warnings, ran.report()
    [error] = ran.errors
    for part in parts:
        assert part in error.text, f"{part!r} is not in: {error.text}"
    assert not CHATTER.search(error.text), error.text
    assert "preflight" not in error.text and SECRET not in ran.text
    return error


def two(network: Network) -> str:
    second = service_side(network, name="second", hostname="second.test.com")
    return configuration(service_side(network), resource(second, "second"))


@pytest.mark.parametrize(
    ("code", "words", "parts"),
    [
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            ("The AWS session has ended", "AWS_SESSION_TOKEN of a new session"),
        ),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            ("AWS does not know these credentials", "deleted or switched off"),
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            ("The AWS credentials are wrong", "secret access key"),
        ),
    ],
)
def test_refused_credentials_are_one_error(
    control: Control,
    network: Network,
    terraform: Workspace,
    code: str,
    words: str,
    parts: tuple[str, ...],
) -> None:
    terraform.write(two(network))
    control.fault(code=code, message=words, status=403, times=1000)
    for failed in (terraform.plan_fails(), terraform.apply_fails()):
        the_error(failed, code, words, "request id", "AWS_ACCESS_KEY_ID", *parts)
    assert {call["action"] for call in control.calls()} == {"GetCallerIdentity"}


def test_nobody_is_asked_without_validation(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """Then the first reads say it, and that is still one error."""
    provider = 'provider "kafka" {\n  skip_credentials_validation = true\n}\n'
    terraform.write(two(network).replace('provider "kafka" {}\n', provider))
    terraform.plan()
    assert control.calls("GetCallerIdentity") == []
    control.fault(code="RequestExpired", message="Request has expired.", status=400, times=1000)
    failed = terraform.plan_fails()
    assert {error.summary for error in failed.errors} == {"AWS refuses the credentials"}
    assert not failed.warnings, failed.report()


def test_a_session_that_ends_in_the_middle_misses_no_permission(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network, count=3)))
    words = "The security token included in the request is expired"
    control.fault("CreateListener", code="ExpiredToken", message=words, status=403, times=1000)
    failed = terraform.apply_fails()
    [error] = failed.errors
    assert "Renew the credentials" in error.detail and "goes on from here" in error.detail
    assert "no permission is missing" in error.detail and "IAM policies" not in error.detail
    assert "6001 to 6003" in error.detail, failed.report()
    control.no_faults()
    terraform.run("untaint", ADDRESS).expect(0)
    terraform.apply()


@pytest.mark.parametrize("stands", [False, True])
def test_an_aws_out_of_reach_is_one_error_soon(
    control: Control, network: Network, terraform: Workspace, stands: bool
) -> None:
    if stands:
        terraform.write(configuration(service_side(network))).apply()
    terraform.write(two(network))
    terraform.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    failed = terraform.plan_fails()
    the_error(
        failed,
        "AWS cannot be reached",
        "us-east-1",
        "127.0.0.1:9",
        "Connection refused",
        "no_proxy",
    )
    assert failed.seconds < 30, failed.report()


def test_no_credentials_say_where_was_looked(
    control: Control, network: Network, terraform: Workspace
) -> None:
    for name in KEYS:
        terraform.environment.pop(name)
    failed = terraform.write(two(network)).plan_fails()
    the_error(
        failed,
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
        'the profile "default" holds none',
        "AWS_WEB_IDENTITY_TOKEN_FILE is not set",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "instance metadata service",
        "`access_key` and `secret_key`",
    )


@pytest.mark.parametrize(
    ("variables", "parts"),
    [
        (
            {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"},
            ("AWS_WEB_IDENTITY_TOKEN_FILE names /nowhere/token", "No such file", "volume"),
        ),
        (
            {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere/pod",
            },
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names /nowhere/pod", "No such file", "volume"),
        ),
        (
            {"AWS_PROFILE": "staging"},
            ('the profile "staging" (AWS_PROFILE)', '"prod"', '"sso-prod"', "is not in"),
        ),
        (
            {"AWS_PROFILE": "sso-prod"},
            ('the profile "sso-prod" (AWS_PROFILE)', "`aws sso login --profile sso-prod`"),
        ),
    ],
)
def test_what_is_named_and_cannot_be_used_is_told_by_its_name(
    control: Control,
    network: Network,
    terraform: Workspace,
    variables: dict[str, str],
    parts: tuple[str, ...],
) -> None:
    for name in KEYS:
        terraform.environment.pop(name)
    config = terraform.folder / "config"
    config.write_text(
        "[profile prod]\nregion = us-east-1\n"
        "[profile sso-prod]\nsso_session = corp\nsso_account_id = 111111111111\n"
        "sso_role_name = deploy\n"
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n"
        "sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"
    )
    terraform.environment |= {"AWS_CONFIG_FILE": str(config), **variables}
    the_error(terraform.write(two(network)).plan_fails(), *parts)


@pytest.fixture
def silent() -> Iterator[str]:
    """Somebody who takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def take() -> None:
            try:
                while True:
                    held.append(server.accept()[0])
            except OSError:
                return

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_a_metadata_service_that_does_not_answer_is_told_with_its_hop_limit(
    control: Control, network: Network, terraform: Workspace, silent: str
) -> None:
    for name in KEYS:
        terraform.environment.pop(name)
    terraform.environment["AWS_EC2_METADATA_DISABLED"] = "false"
    terraform.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = silent
    failed = terraform.write(two(network)).plan_fails()
    the_error(failed, "takes connections and does not answer", "--http-put-response-hop-limit 2")


def test_arguments_left_empty_are_not_set(
    control: Control, network: Network, terraform: Workspace
) -> None:
    body: dict[str, Any] = {"profile": "", "token": "", "custom_ca_bundle": "", "http_proxy": ""}
    role = hcl.block("assume_role", body={"role_arn": "", "session_name": "ci"})
    provider = hcl.block("provider", "kafka", body=body, extra=role)
    terraform.write(configuration(service_side(network)).replace('provider "kafka" {}\n', provider))
    terraform.plan()
    assert {call["action"] for call in control.calls()} & {"AssumeRole"} == set()


@pytest.mark.parametrize(("attempts", "calls"), [("1", 1), ("2", 2), ("3", 3), ("4", 4)])
def test_attempts_of_the_environment(
    control: Control, network: Network, terraform: Workspace, attempts: str, calls: int
) -> None:
    terraform.write(configuration(service_side(network))).apply()
    terraform.environment["AWS_MAX_ATTEMPTS"] = attempts
    control.forget_calls()
    fault = {"code": "InternalFailure", "message": "Oops", "status": 500, "times": 10_000}
    control.fault("DescribeVpcEndpointServiceConfigurations", **fault)
    terraform.plan_fails()
    assert len(control.calls("DescribeVpcEndpointServiceConfigurations")) == calls


@pytest.mark.parametrize(
    ("variable", "value"), [("AWS_MAX_ATTEMPTS", "0"), ("AWS_RETRY_MODE", "often")]
)
def test_a_variable_that_makes_no_sense_is_named(
    control: Control, network: Network, terraform: Workspace, variable: str, value: str
) -> None:
    terraform.environment[variable] = value
    the_error(terraform.write(two(network)).plan_fails(), variable, f'"{value}"')


def test_an_apply_hears_it_before_it_begins(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Between a plan and its apply a session may end."""
    terraform.write(HEADER, resource(orders(network)))
    terraform.plan()
    control.forget_calls()
    control.fault(code="ExpiredToken", message="is expired", status=403, times=1000)
    the_error(terraform.apply_fails("plan.bin"), "The AWS session has ended")
    assert control.writes() == []
    assert not Path(terraform.folder / "terraform.tfstate").exists() or not terraform.state()[
        "resources"
    ]
