"""Tags of load balancers, target groups and listeners."""

from typing import Any

from sandbox.accounts import Region
from sandbox.elbv2 import tag_rules
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.elbv2.listener import Listener
from sandbox.elbv2.target_group import TargetGroup
from sandbox.errors import AwsError
from sandbox.registry import Call, action

_KINDS: dict[str, tuple[type, str, str]] = {
    "loadbalancer": (LoadBalancer, "LoadBalancerNotFound", "Load balancer"),
    "targetgroup": (TargetGroup, "TargetGroupNotFound", "Target group"),
    "listener": (Listener, "ListenerNotFound", "Listener"),
}


@action("elbv2", "AddTags")
def add_tags(call: Call) -> None:
    added = tag_rules.as_dict(call["Tags"])
    found = [_find(call.region, arn) for arn in call["ResourceArns"]]
    for item in found:
        tag_rules.check_count({**item.tags, **added})
    for item in found:
        item.tags = {**item.tags, **added}


@action("elbv2", "RemoveTags")
def remove_tags(call: Call) -> None:
    keys = set(call["TagKeys"])
    for item in [_find(call.region, arn) for arn in call["ResourceArns"]]:
        item.tags = {key: value for key, value in item.tags.items() if key not in keys}


@action("elbv2", "DescribeTags")
def describe_tags(call: Call) -> dict[str, Any]:
    arns = call["ResourceArns"]
    if len(arns) > 20:
        # ELB API Reference, DescribeTags: "You can specify up to 20 resources in a single call."
        raise AwsError("ValidationError", "The number of resources cannot exceed 20")
    return {
        "TagDescriptions": [
            {
                "ResourceArn": arn,
                "Tags": [
                    {"Key": key, "Value": value}
                    for key, value in sorted(_find(call.region, arn).tags.items())
                ],
            }
            for arn in arns
        ]
    }


def _find(region: Region, arn: str) -> Any:
    parts = arn.split(":", 5)
    kind = parts[5].split("/", 1)[0] if len(parts) == 6 else ""
    if kind not in _KINDS:
        raise AwsError("ValidationError", f"'{arn}' is not a valid resource ARN")
    model, code, name = _KINDS[kind]
    found = region.all(model).get(arn)
    if found is None or getattr(found, "gone_at", None) or not found.visible:
        raise AwsError(code, f"{name} '{arn}' not found")
    return found
