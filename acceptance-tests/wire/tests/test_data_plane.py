"""The data plane goes on while objects that it has listed are deleted."""

import pytest

from wire.data_plane import means_gone


@pytest.mark.parametrize(
    "code",
    ["LoadBalancerNotFound", "InvalidVpcEndpointId.NotFound", "NoSuchHostedZone"],
)
def test_an_object_that_is_gone_is_no_failure(code: str) -> None:
    assert means_gone(code)


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling", "InvalidParameterValue"])
def test_any_other_error_is(code: str) -> None:
    assert not means_gone(code)
