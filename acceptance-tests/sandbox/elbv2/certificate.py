"""Certificates, which are moto's: ACM and IAM server certificates."""

from moto.acm.models import acm_backends
from moto.iam.models import iam_backends

from sandbox.accounts import Region
from sandbox.errors import AwsError


def check_certificate(region: Region, arn: str) -> None:
    """ELB API Reference, CreateListener: CertificateNotFound, UnsupportedCertificate."""
    if ":iam:" in arn:
        certificates = iam_backends[region.account.id]["aws"].certificates.values()
        if any(item.arn == arn for item in certificates):
            return
        raise AwsError("CertificateNotFound", f"Certificate '{arn}' not found")
    found = acm_backends[region.account.id][region.name]._certificates.get(arn)
    if found is None:
        raise AwsError("CertificateNotFound", f"Certificate '{arn}' not found")
    if found.status != "ISSUED":
        raise AwsError(
            "UnsupportedCertificate",
            f"The certificate '{arn}' must have a fully-qualified domain name, a supported "
            "signature, and a supported key size.",
        )
