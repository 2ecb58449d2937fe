"""Listeners, their attributes and certificates."""

from typing import Any

import pytest

from sandbox.tests.account import TestAccount, refused


def _describe(aws: TestAccount, arn: str) -> dict[str, Any]:
    return aws.elbv2.describe_listeners(ListenerArns=[arn])["Listeners"][0]


@pytest.fixture
def nlb(aws: TestAccount) -> str:
    return aws.nlb(active=False)["LoadBalancerArn"]


@pytest.fixture
def certificate(aws: TestAccount) -> str:
    """An imported certificate is issued at once."""
    from sandbox.tests.certificate import self_signed

    key, body = self_signed("kafka.test.com")
    return aws.client("acm").import_certificate(Certificate=body, PrivateKey=key)["CertificateArn"]


def test_a_listener_is_made_while_the_load_balancer_is_provisioning(aws: TestAccount) -> None:
    aws.configure(load_balancer=60)
    nlb = aws.nlb(active=False)["LoadBalancerArn"]
    assert aws.describe_nlb(nlb)["State"]["Code"] == "provisioning"
    group = aws.target_group()
    arn = aws.listener(nlb, group, 9091)
    assert arn.startswith(nlb.replace(":loadbalancer/", ":listener/") + "/")
    found = _describe(aws, arn)
    assert found["LoadBalancerArn"] == nlb and found["Port"] == 9091
    assert found["Protocol"] == "TCP"
    assert found["DefaultActions"][0]["TargetGroupArn"] == group
    assert not {"SslPolicy", "Certificates", "AlpnPolicy"} & set(found)


def test_an_equal_create_returns_the_same_listener(aws: TestAccount, nlb: str) -> None:
    group = aws.target_group()
    assert aws.listener(nlb, group) == aws.listener(nlb, group)
    with refused("DuplicateListener"):
        aws.listener(nlb, aws.target_group())


def test_fifty_listeners_and_no_more(aws: TestAccount, nlb: str) -> None:
    group = aws.target_group()
    for port in range(6000, 6050):
        aws.listener(nlb, group, port)
    with refused("TooManyListeners"):
        aws.listener(nlb, group, 6050)
    pages = list(
        aws.elbv2.get_paginator("describe_listeners").paginate(
            LoadBalancerArn=nlb, PaginationConfig={"PageSize": 20}
        )
    )
    assert [len(page["Listeners"]) for page in pages] == [20, 20, 10]
    ports = sorted(item["Port"] for page in pages for item in page["Listeners"])
    assert ports == list(range(6000, 6050))


@pytest.mark.parametrize(
    ("listener", "group", "code"),
    [
        ("TCP", "TLS", "IncompatibleProtocols"),
        ("TCP", "UDP", "IncompatibleProtocols"),
        ("UDP", "TCP", "IncompatibleProtocols"),
        ("TCP_UDP", "TCP", "IncompatibleProtocols"),
        ("TLS", "UDP", "IncompatibleProtocols"),
        ("HTTP", "TCP", "ValidationError"),
    ],
)
def test_protocols_that_do_not_fit(
    aws: TestAccount, nlb: str, listener: str, group: str, code: str
) -> None:
    with refused(code):
        aws.listener(nlb, aws.target_group(Protocol=group), Protocol=listener)


def test_refuses(aws: TestAccount, nlb: str) -> None:
    group = aws.target_group()
    with refused("ValidationError"):
        aws.listener(nlb, group, 70000)
    with refused("LoadBalancerNotFound"):
        aws.listener(f"{nlb}0", group)
    with refused("TargetGroupNotFound"):
        aws.listener(nlb, f"{group}0")
    with refused("InvalidLoadBalancerAction"):
        aws.listener(nlb, group, DefaultActions=[{"Type": "redirect"}])
    elsewhere = aws.target_group(VpcId=aws.new_vpc("10.9.0.0/16"))
    with refused("InvalidConfigurationRequest"):
        aws.listener(nlb, elsewhere)
    with refused("InvalidConfigurationRequest"):
        aws.listener(nlb, aws.target_group(IpAddressType="ipv6"))
    with refused("ALPNPolicyNotSupported"):
        aws.listener(nlb, group, AlpnPolicy=["None"])


def test_a_group_serves_one_load_balancer(aws: TestAccount, nlb: str) -> None:
    group = aws.target_group()
    aws.listener(nlb, group)
    with refused("TargetGroupAssociationLimit"):
        aws.listener(aws.nlb(active=False)["LoadBalancerArn"], group)


def test_tls_needs_one_issued_certificate(aws: TestAccount, nlb: str, certificate: str) -> None:
    group = aws.target_group()
    with refused("ValidationError"):
        aws.listener(nlb, group, Protocol="TLS")
    with refused("CertificateNotFound"):
        aws.listener(
            nlb, group, Protocol="TLS", Certificates=[{"CertificateArn": certificate + "0"}]
        )
    with refused("SSLPolicyNotFound"):
        aws.listener(
            nlb,
            group,
            Protocol="TLS",
            SslPolicy="None",
            Certificates=[{"CertificateArn": certificate}],
        )
    pending = aws.client("acm").request_certificate(DomainName="kafka.test.com")["CertificateArn"]
    with refused("UnsupportedCertificate"):
        aws.listener(nlb, group, Protocol="TLS", Certificates=[{"CertificateArn": pending}])
    with refused("InvalidConfigurationRequest"):
        aws.listener(nlb, group, Certificates=[{"CertificateArn": certificate}])
    arn = aws.listener(nlb, group, Protocol="TLS", Certificates=[{"CertificateArn": certificate}])
    found = _describe(aws, arn)
    assert found["Certificates"] == [{"CertificateArn": certificate}]
    assert found["SslPolicy"] == "ELBSecurityPolicy-2016-08"


def test_modify_between_tcp_and_tls(aws: TestAccount, nlb: str, certificate: str) -> None:
    arn = aws.listener(nlb, aws.target_group(), 9091)
    with refused("ValidationError"):
        aws.elbv2.modify_listener(ListenerArn=arn, Protocol="TLS", Port=9999)
    assert _describe(aws, arn)["Port"] == 9091
    aws.elbv2.modify_listener(
        ListenerArn=arn, Protocol="TLS", Certificates=[{"CertificateArn": certificate}]
    )
    assert _describe(aws, arn)["Protocol"] == "TLS"
    aws.elbv2.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")
    assert _describe(aws, arn)["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    aws.elbv2.modify_listener(ListenerArn=arn, Protocol="TCP")
    assert "Certificates" not in _describe(aws, arn)


def test_modify_moves_port_and_group(aws: TestAccount, nlb: str) -> None:
    first, second = aws.target_group(), aws.target_group()
    arn, other = aws.listener(nlb, first, 6001), aws.listener(nlb, second, 6002)
    with refused("DuplicateListener"):
        aws.elbv2.modify_listener(ListenerArn=arn, Port=6002)
    for listener, group in ((arn, second), (other, first)):
        aws.elbv2.modify_listener(
            ListenerArn=listener, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}]
        )
    assert _describe(aws, arn)["DefaultActions"][0]["TargetGroupArn"] == second
    with refused("ListenerNotFound"):
        aws.elbv2.modify_listener(ListenerArn=f"{arn}0", Port=6003)


def test_deleting_twice_is_not_found(aws: TestAccount, nlb: str) -> None:
    arn = aws.listener(nlb, aws.target_group())
    aws.elbv2.delete_listener(ListenerArn=arn)
    with refused("ListenerNotFound"):
        aws.elbv2.delete_listener(ListenerArn=arn)


def test_the_idle_timeout_of_tcp(aws: TestAccount, nlb: str) -> None:
    arn = aws.listener(nlb, aws.target_group())

    def timeout(value: str) -> None:
        aws.elbv2.modify_listener_attributes(
            ListenerArn=arn, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": value}]
        )

    def found() -> list[dict[str, str]]:
        return aws.elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]

    assert found() == [{"Key": "tcp.idle_timeout.seconds", "Value": "350"}]
    for wrong in ("59", "6001", "long"):
        with refused("ValidationError"):
            timeout(wrong)
    timeout("6000")
    assert found() == [{"Key": "tcp.idle_timeout.seconds", "Value": "6000"}]


def test_tls_has_no_attributes(aws: TestAccount, nlb: str, certificate: str) -> None:
    arn = aws.listener(
        nlb, aws.target_group(), Protocol="TLS", Certificates=[{"CertificateArn": certificate}]
    )
    with refused("InvalidConfigurationRequest"):
        aws.elbv2.describe_listener_attributes(ListenerArn=arn)


def test_additional_certificates(aws: TestAccount, nlb: str, certificate: str) -> None:
    from sandbox.tests.certificate import self_signed

    key, body = self_signed("other.test.com")
    other = aws.client("acm").import_certificate(Certificate=body, PrivateKey=key)["CertificateArn"]
    arn = aws.listener(
        nlb, aws.target_group(), Protocol="TLS", Certificates=[{"CertificateArn": certificate}]
    )
    aws.elbv2.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": other}])
    found = aws.elbv2.describe_listener_certificates(ListenerArn=arn)["Certificates"]
    assert {(item["CertificateArn"], item["IsDefault"]) for item in found} == {
        (certificate, True),
        (other, False),
    }
    with refused("OperationNotPermitted"):
        aws.elbv2.remove_listener_certificates(
            ListenerArn=arn, Certificates=[{"CertificateArn": certificate}]
        )
    aws.elbv2.remove_listener_certificates(
        ListenerArn=arn, Certificates=[{"CertificateArn": other}]
    )
    assert len(aws.elbv2.describe_listener_certificates(ListenerArn=arn)["Certificates"]) == 1
