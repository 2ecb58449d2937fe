"""Makes the kernel carry what the sandbox describes: observe, decide, load the rules, again."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError

from harness.aws import Account, Control
from wire import flows, ruleset
from wire.checker import Checker
from wire.flows import Carried
from wire.network import BALANCERS, BRIDGE, LINK, Network
from wire.observation import Observation
from wire.observe import observe
from wire.patience import PATIENCE
from wire.resolver import Resolver
from wire.translator import Translator

# Between two observations, which take a third of a second themselves.
_PAUSE = 0.4


def means_gone(code: str) -> bool:
    """Is it the error code of an object that does not exist? ELB and EC2 say InvalidX.NotFound or
    XNotFound, Route 53 NoSuchX."""
    return "NotFound" in code or code.startswith("NoSuch")


class DataPlane:
    def __init__(self, account: Account, vpc: str, network: Network, folder: Path):
        self._account, self._vpc, self._network = account, vpc, network
        self._checker = Checker(Control(account))
        self._resolver = Resolver(folder)
        self._rules = folder / "rules.nft"
        self._translator = Translator(network)
        self._carried: Carried = {}
        self._loaded = ""
        self.observation = Observation()
        # Addresses of all load balancers' nodes, also of those that are gone.
        self.nodes: set[str] = set()
        self.failure: BaseException | None = None
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch(self._carry), name="carry", daemon=True),
            threading.Thread(target=self._watch(self._check), name="check", daemon=True),
        ]

    def start(self) -> None:
        self._carry()
        for thread in self._threads:
            thread.start()

    def until(self, seen: Callable[[Observation], bool], what: str) -> Observation:
        """Waits for an observation that has been loaded as rules."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.check()
            observation = self.observation
            if seen(observation):
                return observation
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {PATIENCE} s: {what}")
            time.sleep(0.05)

    def check(self) -> None:
        if self.failure:
            raise RuntimeError("the data plane failed") from self.failure

    def refreshed(self) -> Observation:
        """An observation that began after this call, loaded as rules."""
        now = self.observation
        later = self.until(lambda item: item is not now, "an observation")
        return self.until(lambda item: item is not later, "an observation")

    def connections(self) -> dict[tuple[str, int], dict[str, int]]:
        """How many connections each (load balancer, port) has led to each target, since ever."""
        text = self._network.run_in(BALANCERS, "nft", "-j", "list", "counters")
        found: dict[tuple[str, int], dict[str, int]] = {}
        for item in json.loads(text)["nftables"]:
            if "counter" in item:
                balancer, port, address = ruleset.counted(item["counter"]["name"])
                by_target = found.setdefault((balancer, port), {})
                by_target[address] = by_target.get(address, 0) + item["counter"]["packets"]
        for (balancer, port, address), count in self._translator.led.copy().items():
            by_target = found.setdefault((balancer, port), {})
            by_target[address] = by_target.get(address, 0) + count
        return found

    def _watch(self, act: Callable[[], None]) -> Callable[[], None]:
        def loop() -> None:
            while not self._stop.is_set():
                try:
                    act()
                except BaseException as error:  # noqa: BLE001 - `until` raises it
                    self.failure = error
                    return

        return loop

    def _carry(self) -> None:
        try:
            observation = observe(self._account, self._vpc)
        except ClientError as error:
            # What was listed is gone when it is looked at: the next observation will not list it.
            if not means_gone(error.response["Error"]["Code"]):
                raise
            return
        self._carried = flows.carried(observation, self._carried)
        text = ruleset.render(observation, self._carried, LINK)
        text += ruleset.render_ipv6(observation, LINK)
        if text != self._loaded:
            self._addresses(observation)
            self._rules.write_text(text)
            self._network.run_in(BALANCERS, "nft", "-f", "-", text=text)
            self._loaded = text
        self._translator.follow(observation, self._carried)
        names = {alias.name: observation.addresses_of(alias.name) for alias in observation.aliases}
        self._resolver.answer({name: sorted(found) for name, found in names.items()})
        self.observation = observation
        self._stop.wait(_PAUSE)

    def _check(self) -> None:
        self._checker.check(self.observation)
        self._stop.wait(0.1)

    def _addresses(self, observation: Observation) -> None:
        interfaces = {item.address for found in observation.endpoints for item in found.interfaces}
        nodes = {item.address for found in observation.balancers for item in found.nodes}
        self._network.addresses(BALANCERS, LINK, interfaces)
        six = {item.ipv6 for found in observation.endpoints for item in found.interfaces}
        self._network.addresses_ipv6(six - {""})
        self._network.addresses(BALANCERS, BRIDGE, nodes)
        self.nodes |= nodes
