"""Changes of the interface endpoint and of what belongs to it."""

from harness.configuration import HOSTNAME, Removed
from semantics.change import Change
from semantics.ground import ipv6

GROUP = (
    "CreateSecurityGroup {0}security-group/consumer"
    " > AuthorizeSecurityGroupIngress {0}security-group/consumer"
)
CHANGES = [
    Change(
        "endpoint-goes",
        lambda ground: {"endpoint": Removed},
        (
            f"ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteVpcEndpoints endpoint"
            " > DeleteSecurityGroup security-group/consumer",
            f"ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteHostedZone hosted-zone",
        ),
        back="endpoint-comes",
        back_calls=(
            GROUP.format(""),
            "CreateSecurityGroup security-group/consumer > CreateVpcEndpoint endpoint"
            " > AcceptVpcEndpointConnections endpoint"
            f" > ChangeResourceRecordSets CREATE {HOSTNAME}",
            "CreateHostedZone hosted-zone > ChangeTagsForResource hosted-zone",
            f"CreateHostedZone hosted-zone > ChangeResourceRecordSets CREATE {HOSTNAME}",
        ),
    ),
    Change(
        "endpoint-vpc",
        lambda ground: {
            "endpoint": {
                "vpc_id": ground.other_client.id,
                "subnet_ids": ground.other_client.subnets[:2],
            }
        },
        (
            GROUP.format("new "),
            "CreateSecurityGroup new security-group/consumer > CreateVpcEndpoint new endpoint"
            " > AcceptVpcEndpointConnections new endpoint"
            f" > ChangeResourceRecordSets CREATE {HOSTNAME}"
            f" > ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteVpcEndpoints endpoint"
            " > DeleteSecurityGroup security-group/consumer",
            "CreateHostedZone new hosted-zone > ChangeTagsForResource new hosted-zone",
            f"ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteHostedZone hosted-zone",
        ),
    ),
    Change(
        "endpoint-subnet-joins",
        lambda ground: {"endpoint": {"subnet_ids": ground.network.client.subnets}},
        ("ModifyVpcEndpoint endpoint",),
        back="endpoint-subnet-leaves",
        back_calls=("ModifyVpcEndpoint endpoint",),
        shows=lambda path: len(path["endpoint"]["SubnetIds"]) == 3,
    ),
    Change(
        "endpoint-given-groups",
        lambda ground: {"endpoint": {"security_group_ids": [ground.clients_group]}},
        ("ModifyVpcEndpoint endpoint > DeleteSecurityGroup security-group/consumer",),
        back="endpoint-managed-group",
        back_calls=(
            GROUP.format(""),
            "CreateSecurityGroup security-group/consumer > ModifyVpcEndpoint endpoint",
        ),
    ),
    Change(
        "allowed-cidr-blocks",
        lambda ground: {"endpoint": {"allowed_cidr_blocks": ["10.9.1.0/24"]}},
        (
            "AuthorizeSecurityGroupIngress security-group/consumer"
            " > RevokeSecurityGroupIngress security-group/consumer",
        ),
    ),
    Change(
        "allowed-security-groups",
        lambda ground: {"endpoint": {"allowed_security_group_ids": [ground.clients_group]}},
        (
            "AuthorizeSecurityGroupIngress security-group/consumer"
            " > RevokeSecurityGroupIngress security-group/consumer",
        ),
    ),
    Change(
        "allowed-prefix-lists",
        lambda ground: {"endpoint": {"allowed_prefix_list_ids": [ground.prefix_list]}},
        (
            "AuthorizeSecurityGroupIngress security-group/consumer"
            " > RevokeSecurityGroupIngress security-group/consumer",
        ),
    ),
    Change(
        "dns-records",
        lambda ground: {"endpoint": {"dns": {"mode": "records"}}},
        (f"ChangeResourceRecordSets UPSERT {HOSTNAME}",),
    ),
    Change(
        "dns-none",
        lambda ground: {"endpoint": {"dns": {"mode": "none"}}},
        (f"ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteHostedZone hosted-zone",),
        back="dns-some",
        back_calls=(
            "CreateHostedZone hosted-zone > ChangeTagsForResource hosted-zone",
            f"CreateHostedZone hosted-zone > ChangeResourceRecordSets CREATE {HOSTNAME}",
        ),
    ),
    Change(
        "endpoint-dual-stack",
        lambda ground: {"endpoint": {"ip_address_type": "dualstack"}},
        (
            "AuthorizeSecurityGroupIngress security-group/consumer",
            f"ModifyVpcEndpoint endpoint > ChangeResourceRecordSets CREATE {HOSTNAME} AAAA",
        ),
        back="endpoint-single-stack",
        back_calls=(
            f"ChangeResourceRecordSets DELETE {HOSTNAME} AAAA > ModifyVpcEndpoint endpoint"
            " > RevokeSecurityGroupIngress security-group/consumer",
        ),
        plot=ipv6,
        base=lambda ground: {
            "load_balancer": {"ip_address_type": "dualstack"},
            "endpoint_service": {"supported_ip_address_types": ["ipv4", "ipv6"]},
            "endpoint": {"ip_address_type": "ipv4"},
        },
        shows=lambda path: path["endpoint"]["IpAddressType"] == "dualstack",
    ),
    Change(
        "overwrite-record",
        lambda ground: {"endpoint": {"overwrite_record": True}},
        (),
    ),
    Change(
        "given-zone",
        lambda ground: {"endpoint": {"zone_id": ground.zone}},
        (
            f"ChangeResourceRecordSets CREATE {HOSTNAME}"
            f" > ChangeResourceRecordSets DELETE {HOSTNAME} > DeleteHostedZone hosted-zone",
        ),
        back="managed-zone",
        back_calls=(
            "CreateHostedZone hosted-zone > ChangeTagsForResource hosted-zone",
            f"CreateHostedZone hosted-zone > ChangeResourceRecordSets CREATE {HOSTNAME}"
            f" > ChangeResourceRecordSets DELETE {HOSTNAME}",
        ),
    ),
]
