"""Accounts as they are: buckets that others use, calls that are never answered, things that take minutes.

Figures are in `make bench-throttle` and `make bench-deadlines`; no test depends on how long a thing
takes, but for bounds that an operation must keep.
"""

import json
import os
import signal
import time
from typing import Any

import pytest

from harness.aws import SECRET, Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders, service_side
from harness.network import Network
from harness.path import inventory
from harness.terraform import Workspace, says

EVER = 10**9
FAULTS: dict[str, dict[str, Any]] = {
    "5xx": {"code": "InternalFailure", "message": "AWS failed.", "status": 500},
    "throttled": {"code": "Throttling", "message": "Rate exceeded"},
    "unanswered": {"hang": True},
}
THROTTLED = ("Throttling", "RequestLimitExceeded")
QUICK = dict.fromkeys(("create", "read", "update", "delete"), "5s")
# A timeout of 5 s, its 10 s of grace, and what terraform itself takes on a busy machine.
AFTER_TIMEOUT = 30.0
AFTER_INTERRUPT = 40.0


def refused(control: Control) -> int:
    return sum(1 for call in control.calls() if call["error"] in THROTTLED)


def test_apply_plan_and_destroy_in_a_crowded_account(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Others use 70 % of every bucket: it takes longer, and every command ends well."""
    terraform.write(configuration(orders(network, count=6)))
    control.throttle(others=0.7)
    terraform.apply()
    throttled = refused(control)
    assert throttled > 0, "the account was not crowded"
    assert throttled < len(control.calls()) / 2, "most calls were refused: nothing was paced"
    terraform.plan_is_empty()
    terraform.destroy()
    control.throttle(others=None)
    assert inventory(account) == set()


def test_one_refused_call_costs_one_call(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network, count=4))).apply()
    control.forget_calls()
    terraform.refresh_only()
    whole = len(control.calls())
    control.fault("DescribeTargetHealth", code="Throttling", message="Rate exceeded", times=3)
    control.forget_calls()
    terraform.refresh_only()
    assert len(control.calls()) == whole + 3


@pytest.mark.parametrize("fault", ["throttled", "5xx"])
def test_a_question_whose_the_credentials_are_that_aws_has_no_time_for(
    control: Control, network: Network, terraform: Workspace, fault: str
) -> None:
    terraform.write(configuration(service_side(network)))
    control.fault("GetCallerIdentity", times=7, **FAULTS[fault])
    terraform.plan_has_changes()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_create_ends_with_its_timeout(
    control: Control, network: Network, terraform: Workspace, fault: str
) -> None:
    control.latency(40)
    terraform.write(configuration(orders(network, count=2, timeouts=QUICK)))
    running = terraform.start_apply()
    eventually(lambda: bool(control.calls("CreateTargetGroup")), "the apply is under way")
    control.fault(times=EVER, **FAULTS[fault])
    began = time.monotonic()
    ended = terraform.finish(running).expect(1)
    assert time.monotonic() - began < AFTER_TIMEOUT
    said = {"5xx": "AWS failed", "throttled": "Rate exceeded", "unanswered": "not answered"}[fault]
    assert said in ended.text, ended.report()
    assert terraform.instance()["status"] == "tainted"
    control.no_faults()
    terraform.write(configuration(orders(network, count=2)))
    terraform.run("untaint", ADDRESS).expect(0)
    terraform.apply()
    terraform.plan_is_empty()


@pytest.mark.parametrize("fault", FAULTS)
def test_ctrl_c_ends_an_update_that_aws_does_not_answer(
    account: Account, control: Control, network: Network, terraform: Workspace, fault: str
) -> None:
    terraform.write(configuration(service_side(network, count=1))).apply()
    control.latency(40)
    control.forget_calls()
    terraform.write(configuration(service_side(network, count=3)))
    running = terraform.start_apply()
    eventually(lambda: bool(control.calls("CreateTargetGroup")), "the apply is under way")
    control.fault(times=EVER, **FAULTS[fault])
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    began = time.monotonic()
    terraform.finish(running).expect(1)
    assert time.monotonic() - began < AFTER_INTERRUPT
    assert terraform.attributes()["id"].startswith("vpce-svc-")
    control.no_faults()
    terraform.apply()
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_read_ends_with_its_timeout_and_says_which_call(
    control: Control, network: Network, terraform: Workspace, fault: str
) -> None:
    terraform.write(configuration(service_side(network, timeouts=QUICK))).apply()
    before = terraform.instance()
    control.fault("DescribeTargetHealth", times=EVER, **FAULTS[fault])
    began = time.monotonic()
    failed = terraform.try_plan().expect(1)
    assert time.monotonic() - began < AFTER_TIMEOUT
    assert "DescribeTargetHealth" in failed.text and "targetgroup/" in failed.text
    assert terraform.instance() == before
    control.no_faults()
    terraform.plan_is_empty()


@pytest.mark.parametrize("fault", FAULTS)
def test_ctrl_c_ends_a_read_and_says_which_call(
    control: Control, network: Network, terraform: Workspace, fault: str
) -> None:
    terraform.write(configuration(service_side(network))).apply()
    before = terraform.instance()
    control.fault("DescribeTargetHealth", times=EVER, **FAULTS[fault])
    control.forget_calls()
    running = terraform.start("plan", "-json", "-input=false")
    eventually(lambda: bool(control.calls("DescribeTargetHealth")), "the read is under way")
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    began = time.monotonic()
    failed = terraform.finish(running).expect(1)
    assert time.monotonic() - began < AFTER_INTERRUPT
    [error] = [it for it in failed.errors if it.summary == "Interrupted"]
    assert "DescribeTargetHealth" in error.detail and "targetgroup/" in error.detail
    assert "Nothing was changed" in error.detail
    assert terraform.instance() == before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_delete_ends_with_its_timeout_and_goes_on_later(
    account: Account, control: Control, network: Network, terraform: Workspace, fault: str
) -> None:
    terraform.write(configuration(orders(network, count=2, timeouts=QUICK))).apply()
    control.fault("DeleteVpcEndpoints", times=EVER, **FAULTS[fault])
    began = time.monotonic()
    failed = terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert time.monotonic() - began < AFTER_TIMEOUT
    assert "DeleteVpcEndpoints" in failed.text and "endpoint" in failed.text
    assert terraform.attributes()["id"]
    control.no_faults()
    terraform.destroy()
    assert inventory(account) == set()


def test_what_is_created_without_an_answer_is_found_again(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    timeouts = {"create": "6s"}
    terraform.write(configuration(orders(network, count=1, timeouts=timeouts)))
    control.fault("CreateVpcEndpoint", hang=True, after=True)
    terraform.apply_fails()
    terraform.run("untaint", ADDRESS).expect(0)
    terraform.write(configuration(orders(network, count=1)))
    terraform.apply()
    terraform.plan_is_empty()
    assert [kind for kind, _ in inventory(account)].count("endpoint") == 1


def test_aws_out_of_reach_is_said_soon(network: Network, terraform: Workspace) -> None:
    terraform.write(configuration(service_side(network))).apply()
    began = time.monotonic()
    failed = terraform.try_plan(env={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}).expect(1)
    assert time.monotonic() - began < 30
    assert "refused" in failed.text


def test_a_new_service_that_cannot_be_connected_to_yet(
    control: Control, network: Network, terraform: Workspace
) -> None:
    control.provisioning(service_connectable=6)
    terraform.write(configuration(orders(network, count=1))).apply()
    tokens = {call["params"]["ClientToken"] for call in control.calls("CreateVpcEndpoint")}
    assert len(tokens) == 1
    terraform.plan_is_empty()


def test_an_alias_target_that_is_found_late(
    control: Control, network: Network, terraform: Workspace
) -> None:
    control.provisioning(alias_target=8)
    terraform.write(configuration(orders(network, count=1))).apply()
    late = [call for call in control.calls("ChangeResourceRecordSets") if call["error"]]
    assert 0 < len(late) < 8
    terraform.plan_is_empty()


def test_a_zone_that_its_service_learns_late(
    control: Control, network: Network, terraform: Workspace
) -> None:
    two = {"subnet_ids": network.kafka.subnets[:2]}
    terraform.write(configuration(orders(network, count=2, load_balancer=two))).apply()
    control.provisioning(service_zone=9)
    control.forget_calls()
    three = {"subnet_ids": network.kafka.subnets}
    terraform.write(configuration(orders(network, count=2, load_balancer=three))).apply()
    learnt = control.calls("ModifyVpcEndpointServiceConfiguration")
    assert 1 < len(learnt) < 8
    terraform.plan_is_empty()


def test_a_certificate_that_does_not_exist_ends_at_once(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    missing = f"arn:aws:acm:us-east-1:{account.id}:certificate/00000000-0000-0000-0000-000000000000"
    listener = {"protocol": "TLS", "certificate_arn": missing}
    terraform.write(configuration(service_side(network, count=2, listener=listener)))
    failed = terraform.apply_fails()
    assert says(failed.diagnostics, "listener.certificate_arn", missing), failed.report()
    ports = [call["params"]["Port"] for call in control.calls("CreateListener")]
    assert len(ports) == len(set(ports)), "asked again for what never comes"


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_log(
    control: Control, network: Network, terraform: Workspace, level: str
) -> None:
    """What README promises of TF_LOG_PROVIDER."""
    control.provisioning(load_balancer=12)
    control.fault("CreateLoadBalancer", code="Throttling", message="Rate exceeded")
    log = terraform.folder / "log.json"
    terraform.write(configuration(service_side(network)))
    terraform.apply(env={"TF_LOG_PROVIDER": level, "TF_LOG": "JSON", "TF_LOG_PATH": str(log)})
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    crates = ("provider", "resources", "engine", "aws")
    ours = [line for line in lines if str(line.get("@module", "")).split("::")[0] in crates]

    def of(message: str) -> list[dict[str, Any]]:
        return [line for line in ours if line["@message"].startswith(message)]

    begun, done = of("Begun"), of("Done")
    assert any("load-balancer" in line["step"] for line in begun)
    assert all(isinstance(line["milliseconds"], (int, float)) for line in done)
    assert {line["step"] for line in done} <= {line["step"] for line in begun}
    waits = [line["until"] for line in of("Waiting")]
    assert any("the load balancer is ready" in until for until in waits), "not what for, and why"
    calls = of("AWS answered")
    assert bool(calls) == (level == "DEBUG")
    if level == "DEBUG":
        known = {call["request_id"] for call in control.calls()}
        assert {line["request_id"] for line in calls} <= known
        assert any("loadbalancer/net/" in line["object"] for line in calls)
        # Once refused, once asked again: each attempt is heard of once.
        [throttled] = [line for line in of("AWS refused, asking again") if line["code"]]
        assert throttled["operation"] == "CreateLoadBalancer" and throttled["again_in_ms"] >= 0
    assert SECRET not in text
