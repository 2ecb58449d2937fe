"""Tags of load balancers, target groups and listeners."""

from sandbox.tests.account import TestAccount, refused


def _tags(aws: TestAccount, arn: str) -> dict[str, str]:
    found = aws.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]
    assert found["ResourceArn"] == arn
    return {item["Key"]: item["Value"] for item in found["Tags"]}


def _list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def test_every_kind_is_tagged_at_create_and_later(aws: TestAccount) -> None:
    tags = _list({"kafka-privatelink:owner": "a1b2c3d4"})
    nlb = aws.nlb(active=False, Tags=tags)["LoadBalancerArn"]
    group = aws.target_group(Tags=tags)
    listener = aws.listener(nlb, group, Tags=tags)
    for arn in (nlb, group, listener):
        assert _tags(aws, arn) == {"kafka-privatelink:owner": "a1b2c3d4"}
        aws.elbv2.add_tags(ResourceArns=[arn], Tags=_list({"team": "data", "empty": ""}))
        aws.elbv2.remove_tags(ResourceArns=[arn], TagKeys=["kafka-privatelink:owner", "absent"])
        assert _tags(aws, arn) == {"team": "data", "empty": ""}


def test_fifty_tags_and_no_more(aws: TestAccount) -> None:
    arn = aws.target_group(Tags=_list({f"k{n}": "v" for n in range(49)}))
    aws.elbv2.add_tags(ResourceArns=[arn], Tags=_list({"k0": "changed", "k49": "v"}))
    with refused("TooManyTags"):
        aws.elbv2.add_tags(ResourceArns=[arn], Tags=_list({"k50": "v"}))
    assert len(_tags(aws, arn)) == 50


def test_refuses(aws: TestAccount) -> None:
    arn = aws.target_group()
    with refused("ValidationError"):
        aws.elbv2.add_tags(ResourceArns=[arn], Tags=_list({"aws:mine": "v"}))
    with refused("DuplicateTagKeys"):
        aws.elbv2.add_tags(ResourceArns=[arn], Tags=_list({"a": "1"}) * 2)
    with refused("TargetGroupNotFound"):
        aws.elbv2.describe_tags(ResourceArns=[arn, f"{arn}0"])
    with refused("LoadBalancerNotFound"):
        aws.elbv2.add_tags(
            ResourceArns=[arn.replace("targetgroup/", "loadbalancer/net/")], Tags=_list({"a": "1"})
        )
    with refused("ValidationError"):
        aws.elbv2.describe_tags(ResourceArns=[arn] * 21)
