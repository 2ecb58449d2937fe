"""One sandbox per run, one installation per worker, one account per test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import live, policies
from harness.aws import Account, Control
from harness.installation import Installation, install
from harness.network import Network, live_network, sandbox_network
from harness.sandbox_server import SandboxServer
from harness.terraform import Workspace

if TYPE_CHECKING:
    from semantics.ground import Standings

# Before anything of it is imported.
pytest.register_assert_rewrite("semantics")

_SANDBOX = pytest.StashKey[SandboxServer]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not live.requested():
        return
    for item in items:
        if item.get_closest_marker("live") is None:
            item.add_marker(pytest.mark.skip(reason="sandbox only: it steers or counts AWS calls"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]
    """Called by pytest-xdist in the controller: all workers share the controller's sandbox."""
    if not live.requested():
        node.workerinput["sandbox_url"] = _server(node.config).url


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_SANDBOX, None)
    if server is not None:
        server.stop()


def _server(config: pytest.Config) -> SandboxServer:
    if _SANDBOX not in config.stash:
        config.stash[_SANDBOX] = SandboxServer()
    return config.stash[_SANDBOX]


@pytest.fixture(scope="session")
def sandbox_url(pytestconfig: pytest.Config) -> str | None:
    if live.requested():
        return None
    shared = getattr(pytestconfig, "workerinput", {}).get("sandbox_url")
    return shared or _server(pytestconfig).url


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(autouse=True)
def _supported(request: pytest.FixtureRequest) -> None:
    """`needs(terraform="1.8", opentofu="1.7", what="provider functions")`"""
    for marker in request.node.iter_markers("needs"):
        since = {key: value for key, value in marker.kwargs.items() if key != "what"}
        if not request.getfixturevalue("installation").cli.has(**since):
            versions = " or ".join(f"{product} {version}" for product, version in since.items())
            pytest.skip(f"{marker.kwargs['what']} came with {versions}")


@pytest.fixture(scope="session")
def standings(
    sandbox_url: str | None, installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> "Standings":
    """Paths that stand from test to test, for tests that leave a path as they found it."""
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it counts AWS calls")
    from semantics.ground import Standings

    return Standings(sandbox_url, lambda: tmp_path_factory.mktemp("standing"), installation)


@pytest.fixture
def account(sandbox_url: str | None) -> Account:
    return Account(sandbox_url)


@pytest.fixture
def control(account: Account) -> Iterator[Control]:
    """The sandbox's switches; a test that asks for it cannot run against real AWS."""
    if account.live:
        pytest.skip("needs the sandbox: it counts AWS calls or breaks them on purpose")
    control = Control(account)
    yield control
    made = {policies.action(call) for call in control.calls()}
    missing = made - policies.CALLED - policies.FREE - {"sts:AssumeRole"}
    assert not missing, f"not in the documented policy: {sorted(missing)}"


@pytest.fixture
def network(account: Account) -> Network:
    return live_network(account) if account.live else sandbox_network(account)


@pytest.fixture
def new_workspace(
    tmp_path: Path, installation: Installation, account: Account
) -> Iterator[Callable[[str], Workspace]]:
    """Further folders with the same account, for imports and second owners."""
    made: list[Workspace] = []

    def make(name: str) -> Workspace:
        patience = live.PATIENCE if account.live else 120.0
        made.append(Workspace(tmp_path / name, installation, account.environment(), patience))
        return made[-1]

    yield make
    if account.live:
        # On real AWS a failed test must not leave things that cost money.
        for workspace in made:
            if workspace.state()["resources"]:
                workspace.destroy()


@pytest.fixture
def terraform(new_workspace: Callable[[str], Workspace]) -> Workspace:
    return new_workspace("terraform")
