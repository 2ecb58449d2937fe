"""The lease that a create holds on its name, in a tag of the first object that it makes."""

from harness.aws import Account
from harness.path import living_endpoints, load_balancers, security_groups, tag_map

CREATE = "kafka-privatelink:create"
_PAST = "2020-01-01T00:00:00Z"


def leases(account: Account) -> dict[str, str]:
    """What the tags of an account's objects say, by id or ARN."""
    found = {item["GroupId"]: tag_map(item.get("Tags", [])) for item in security_groups(account)}
    endpoints = living_endpoints(account)
    found |= {item["VpcEndpointId"]: tag_map(item.get("Tags", [])) for item in endpoints}
    arns = [item["LoadBalancerArn"] for item in load_balancers(account)]
    if arns:
        described = account.elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
        found |= {item["ResourceArn"]: tag_map(item["Tags"]) for item in described}
    return {id: tags[CREATE] for id, tags in found.items() if CREATE in tags}


def let_run_out(account: Account) -> bool:
    """As if the time of every lease had passed that nobody has ended. Says whether there was one."""
    open_leases = {id: text for id, text in leases(account).items() if " until " in text}
    for id, text in open_leases.items():
        value = f"{text.partition(' ')[0]} until {_PAST}"
        tag = {"Key": CREATE, "Value": value}
        if id.startswith("arn:"):
            account.elbv2.add_tags(ResourceArns=[id], Tags=[tag])
        else:
            account.ec2.create_tags(Resources=[id], Tags=[tag])
    return bool(open_leases)
