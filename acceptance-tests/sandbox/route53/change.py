"""A change, PENDING until it has reached all name servers."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import clock
from sandbox.accounts import GLOBAL, Account
from sandbox.ids import upper_alphanumeric


@dataclass
class Change:
    account: Account
    comment: str | None = None
    id: str = field(default_factory=lambda: f"C{upper_alphanumeric(20)}")
    submitted: float = field(default_factory=clock.now)
    in_sync_at: float = 0.0

    def __post_init__(self) -> None:
        self.in_sync_at = clock.after(self.account.timing.provisioning.route53)

    def document(self) -> dict[str, Any]:
        """Route 53 API Reference, ChangeInfo."""
        return {
            "Id": f"/change/{self.id}",
            "Status": "INSYNC" if clock.passed(self.in_sync_at) else "PENDING",
            "SubmittedAt": clock.timestamp(self.submitted),
            **({"Comment": self.comment} if self.comment else {}),
        }


def submit(account: Account, comment: str | None = None) -> dict[str, Any]:
    made = Change(account, comment)
    account.region(GLOBAL).all(Change)[made.id] = made
    return made.document()
