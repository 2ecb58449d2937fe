"""The provider's functions, through Terraform."""

import json

import pytest

from harness.aws import Control
from harness.configuration import HEADER, output
from harness.terraform import Workspace


pytestmark = pytest.mark.needs(terraform="1.8", opentofu="1.7", what="provider functions")


def evaluate(terraform: Workspace, expression: str) -> object:
    terraform.write(HEADER, output("value", expression)).apply()
    return terraform.output("value")


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (
            'provider::kafka::advertised_listeners("kafka.test.com", 6000, [1, 2, 3])',
            {str(n): f"kafka.test.com:600{n}" for n in (1, 2, 3)},
        ),
        ('provider::kafka::advertised_listeners("kafka.test.com", 9000, [])', {}),
        (
            'provider::kafka::advertised_listeners("kafka.test.com", 6000, toset([7, 0]))',
            {"0": "kafka.test.com:6000", "7": "kafka.test.com:6007"},
        ),
        ('provider::kafka::bootstrap_servers("kafka.test.com", 9091)', "kafka.test.com:9091"),
    ],
)
def test_values(control: Control, terraform: Workspace, expression: str, value: object) -> None:
    assert evaluate(terraform, expression) == value
    # OpenTofu configures a provider before it calls its functions, and credentials are proven then.
    assert {item["action"] for item in control.calls()} <= {"GetCallerIdentity"}


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('provider::kafka::advertised_listeners("kafka", 6000, [1])', "label"),
        ('provider::kafka::advertised_listeners("kafka.test.com", 65535, [1])', "65535"),
        ('provider::kafka::advertised_listeners("kafka.test.com", 6000, [-1])', "-1"),
        ('provider::kafka::advertised_listeners("kafka.test.com", 6000, [1.5])', "1.5"),
        ('provider::kafka::bootstrap_servers("kafka.test.com", 0)', "65535"),
        ('provider::kafka::bootstrap_servers("kafka..com", 9091)', "label"),
    ],
)
def test_mistakes(terraform: Workspace, expression: str, said: str) -> None:
    failed = terraform.write(HEADER, output("value", expression)).plan_fails()
    assert said in failed.text


def test_they_agree_with_the_resource(terraform: Workspace) -> None:
    """Brokers are told by the function what the resource will say of them."""
    both = (
        'jsonencode([provider::kafka::advertised_listeners("KAFKA.test.com.", 6000, [1]), '
        'provider::kafka::bootstrap_servers("KAFKA.test.com.", 9091)])'
    )
    assert json.loads(str(evaluate(terraform, both))) == [
        {"1": "kafka.test.com:6001"},
        "kafka.test.com:9091",
    ]
