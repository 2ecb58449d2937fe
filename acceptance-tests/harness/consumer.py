"""Somebody in another AWS account who connects to a path's endpoint service."""

from typing import Any

from harness.aws import Account, eventually
from harness.network import make_vpc


class Consumer:
    """An account with a VPC of its own. Only the sandbox has accounts to spare."""

    def __init__(self, url: str | None):
        self.account = Account(url)
        self._vpc = make_vpc(self.account, 20)

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def principal(self) -> str:
        return f"arn:aws:iam::{self.id}:root"

    def ask(self, service_name: str) -> str:
        """The id of a new endpoint, in whatever state the service lets it be."""
        made = self.account.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            ServiceName=service_name,
            VpcId=self._vpc.id,
            SubnetIds=self._vpc.subnets[:1],
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def connect(self, service_name: str) -> str:
        """The id of a new endpoint that is connected: the service asks for no acceptance."""
        endpoint = self.ask(service_name)
        eventually(lambda: self.state(endpoint) == "available", f"{endpoint} is available")
        return endpoint

    def state(self, endpoint: str) -> str:
        found: dict[str, Any] = self.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])
        return found["VpcEndpoints"][0]["State"]
