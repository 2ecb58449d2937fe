"""The additional certificates of TLS listeners."""

from typing import Any

from sandbox.elbv2 import listener
from sandbox.elbv2.certificate import check_certificate
from sandbox.errors import AwsError
from sandbox.registry import Call, action

# ELB User Guide, "Quotas for your Network Load Balancers": 25 certificates a load balancer.
QUOTA = 25


@action("elbv2", "DescribeListenerCertificates")
def describe_listener_certificates(call: Call) -> dict[str, Any]:
    found = listener.find(call.region, call["ListenerArn"])
    default = [{"CertificateArn": arn, "IsDefault": True} for arn in found.certificates]
    extra = [{"CertificateArn": arn, "IsDefault": False} for arn in found.extra_certificates]
    return {"Certificates": default + extra}


@action("elbv2", "AddListenerCertificates")
def add_listener_certificates(call: Call) -> dict[str, Any]:
    found = _tls_listener(call)
    arns = [item["CertificateArn"] for item in call["Certificates"]]
    for arn in arns:
        check_certificate(call.region, arn)
    wanted = list(dict.fromkeys(found.extra_certificates + arns))
    if len(wanted) > QUOTA:
        raise AwsError("TooManyCertificates", f"At most {QUOTA} certificates")
    found.extra_certificates = wanted
    return {"Certificates": [{"CertificateArn": arn, "IsDefault": False} for arn in arns]}


@action("elbv2", "RemoveListenerCertificates")
def remove_listener_certificates(call: Call) -> None:
    found = _tls_listener(call)
    arns = {item["CertificateArn"] for item in call["Certificates"]}
    if arns & set(found.certificates):
        # ELB API Reference, RemoveListenerCertificates: OperationNotPermitted.
        raise AwsError("OperationNotPermitted", "The default certificate cannot be removed")
    found.extra_certificates = [arn for arn in found.extra_certificates if arn not in arns]


def _tls_listener(call: Call) -> listener.Listener:
    found = listener.find(call.region, call["ListenerArn"])
    if found.protocol != "TLS":
        raise AwsError(
            "InvalidConfigurationRequest",
            f"Certificates are not supported for '{found.protocol}' listeners",
        )
    return found
