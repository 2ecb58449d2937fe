"""An AWS account seen by an independent client: boto3."""

import os
import secrets
import time
from collections.abc import Callable
from typing import Any

import boto3
import requests
from botocore.config import Config

REGION = "us-east-1"
# Searched for in logs, states and messages: it must be found nowhere.
SECRET = "acceptance-secret-never-to-be-seen"


class Account:
    """Either a fresh account of the sandbox, or the real one of the caller's credentials."""

    def __init__(self, url: str | None):
        self.url = url
        self.region = REGION if url else boto3.session.Session().region_name
        # boto3's clients are costly to make, and cheap to keep.
        self._clients: dict[tuple[str, str], Any] = {}
        self.id = f"{secrets.randbelow(9 * 10**11) + 10**11:012d}"
        if url is None:
            self.id = self.client("sts").get_caller_identity()["Account"]

    @property
    def live(self) -> bool:
        return self.url is None

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = self._new_client(*key)
        return self._clients[key]

    def _new_client(self, service: str, region: str) -> Any:
        if self.url is None:
            return boto3.client(service, region_name=region)
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=self.id,
            aws_secret_access_key=SECRET,
            config=Config(retries={"total_max_attempts": 1}),
        )

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    @property
    def elbv2(self) -> Any:
        return self.client("elbv2")

    @property
    def route53(self) -> Any:
        return self.client("route53")

    def environment(self) -> dict[str, str]:
        """What a user would export: credentials, region and, for the sandbox, its address."""
        if self.url is None:
            # Only here do the caller's variables and files reach terraform.
            home = os.path.expanduser("~")
            return {
                "HOME": home,
                "AWS_CONFIG_FILE": os.path.join(home, ".aws", "config"),
                "AWS_SHARED_CREDENTIALS_FILE": os.path.join(home, ".aws", "credentials"),
                "AWS_EC2_METADATA_DISABLED": "false",
                **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
            }
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.id,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.region,
        }


class Control:
    """What only the sandbox has: the call log, faults and provisioning times of one account."""

    def __init__(self, account: Account):
        self._account = account

    def _request(self, method: str, name: str, **document: Any) -> Any:
        answer = requests.request(
            method,
            f"{self._account.url}/sandbox/{name}",
            params={"account": self._account.id},
            json={"account": self._account.id, **document} if method == "POST" else None,
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()

    def provisioning(self, **seconds: float) -> None:
        self._request("POST", "config", provisioning=seconds)

    def measured_health(self) -> None:
        """From now on targets are as healthy as `health` reports."""
        self._request("POST", "config", measured_health=True)

    def health(self, target_group: str, target: str, port: int, state: str) -> None:
        self._request(
            "POST",
            "target-health",
            target_group=target_group,
            target=target,
            port=port,
            state=state,
        )

    def throttle(self, others: float | None) -> None:
        """AWS's own buckets, of which other software uses a part; `None`: no limits."""
        limit = None if others is None else {"others": others}
        self._request("POST", "config", throttle={"aws": limit})

    def latency(self, milliseconds: float) -> None:
        self._request("POST", "config", latency_ms=milliseconds)

    def staleness(self, seconds: float) -> None:
        self._request("POST", "config", staleness=seconds)

    def fault(self, action: str | None = None, **document: Any) -> None:
        """`code`, `message`, `nth`, `times`, `after`, `drop`, or a switch of an object's state."""
        named = {"action": action} if action else {}
        self._request("POST", "faults", **named, **document)

    def no_faults(self) -> None:
        self._request("DELETE", "faults")

    def calls(self, *actions: str) -> list[dict[str, Any]]:
        """The provider's calls in order; what the tests do with boto3 is left out."""
        return [
            item
            for item in self._request("GET", "calls")
            if (not actions or item["action"] in actions)
            and not item["user_agent"].startswith("Boto3/")
        ]

    def writes(self) -> list[str]:
        """The provider's actions that changed something, in order, by name."""
        return [item["action"] for item in self.calls() if item["write"] and not item["error"]]

    def objects(self) -> dict[str, Any]:
        """Everything that the account holds: region -> kind -> id -> fields."""
        return self._request("GET", "objects")

    def forget_calls(self) -> None:
        self._request("DELETE", "calls")


def eventually(check: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
