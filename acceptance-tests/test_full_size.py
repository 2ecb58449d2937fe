"""As many brokers as one load balancer takes."""

from harness.aws import Account
from harness.configuration import configuration, orders
from harness.network import Network
from harness.path import inventory, read_path
from harness.terraform import Workspace

MOST = 49


def test_forty_nine_brokers(account: Account, network: Network, terraform: Workspace) -> None:
    before = inventory(account)
    terraform.write(configuration(orders(network, count=MOST))).apply()
    ports = {9091, *(6000 + number for number in range(1, MOST + 1))}
    path = read_path(account)
    assert set(path["listeners"]) == ports
    assert len(path["listeners"][9091]["targets"]) == MOST
    assert len(terraform.attributes()["advertised_listeners"]) == MOST
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == before
