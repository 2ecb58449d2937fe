"""Forgets the objects of one account, ours and moto's; its configuration stays."""

from moto.core.base_backend import BackendDict

from sandbox.accounts import Account


def forget(account: Account) -> None:
    account.forget_objects()
    account.faults.clear()
    account.calls.clear()
    for backend in list(BackendDict._instances):
        if account.id in list(backend.keys()):
            del backend[account.id]
