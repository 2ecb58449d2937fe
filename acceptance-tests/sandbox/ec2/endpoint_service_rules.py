"""What an endpoint service accepts: load balancers, address types, regions."""

from sandbox.accounts import Region
from sandbox.ec2.endpoint_service import service_of_load_balancer
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.elbv2.listener import TCP_DEFAULTS, listeners_of
from sandbox.errors import AwsError


def check_load_balancers(region: Region, arns: list[str]) -> None:
    for arn in arns:
        owner = region.all(LoadBalancer).get(arn)
        if owner is None or owner.gone_at or not owner.visible:
            raise _invalid(f"The load balancer '{arn}' does not exist")
        if owner.state[0] != "active":
            # Two controllers that create services for a living (openshift/hypershift and
            # openshift/hive) wait for "active" first; the code of the refusal is assumed.
            raise _invalid(f"The load balancer '{arn}' is not active")
        if service_of_load_balancer(arn):
            # VPC PrivateLink Guide, "Create an endpoint service": a Network Load Balancer can be
            # associated with a single endpoint service. Message as quoted by hypershift.
            raise _invalid(
                f"The following LBs are already associated with another VPC Endpoint Service "
                f"Configuration: {arn}"
            )
        if len(listeners_of(region, arn)) > 50:
            raise _invalid(f"The load balancer '{arn}' has more than 50 listeners")


def check_address_types(region: Region, address_types: list[str], arns: list[str]) -> None:
    if not address_types:
        raise _invalid("An endpoint service must support at least one IP address type")
    for item in address_types:
        if item not in ("ipv4", "ipv6"):
            raise AwsError("InvalidParameterValue", f"The IP address type '{item}' is not valid")
    for arn in arns:
        # VPC PrivateLink Guide, "Supported IP address types": IPv6 needs dualstack load balancers.
        if "ipv6" in address_types and region.all(LoadBalancer)[arn].ip_address_type == "ipv4":
            raise _invalid(f"The load balancer '{arn}' does not support the IP address type ipv6")


def check_regions(region: Region, regions: list[str], arns: list[str]) -> None:
    if set(regions) == {region.name}:
        return
    for arn in arns:
        for listener in listeners_of(region, arn):
            # VPC PrivateLink Guide, "Cross-Region access": "not supported for Network Load
            # Balancers with a custom value configured for the TCP idle timeout".
            if listener.protocol == "TCP" and listener.attributes != TCP_DEFAULTS:
                raise _invalid(
                    f"Cross-Region access is not supported: the listener '{listener.arn}' has a "
                    "custom TCP idle timeout"
                )


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameter", message)
