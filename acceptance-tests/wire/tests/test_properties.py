"""What brokers are told is what users are told."""

import re

from harness.installation import ROOT
from wire.properties import FurtherListener, extended, parse

README = (ROOT / "README.md").read_text()
EXAMPLE = (ROOT / "examples" / "complete" / "outputs.tf").read_text()


def snippets() -> list[dict[str, str]]:
    """The README's text for broker 3, and the example's, with the values of broker 3 filled in."""
    readme = re.search(r"```properties\n(.*?)```", README, re.DOTALL)
    example = re.search(r"<<-EOT\n(.*?)\n +EOT", EXAMPLE, re.DOTALL)
    assert readme and example
    filled = example[1].replace("${var.brokers[id]}", "10.0.3.11")
    return [parse(readme[1]), parse(filled.replace("${listener}", "kafka.test.com:6003"))]


def test_readme_and_example_say_the_same_but_for_tls() -> None:
    readme, example = snippets()
    key = "listener.security.protocol.map"
    assert readme.pop(key) == example.pop(key).replace("PRIVATELINK:PLAINTEXT", "PRIVATELINK:SSL")
    assert readme == example


def test_both_name_the_controllers_protocol() -> None:
    """A broker does not start if `controller.listener.names` is missing from an explicit map."""
    for snippet in snippets():
        assert "CONTROLLER:PLAINTEXT" in snippet["listener.security.protocol.map"].split(",")


def test_a_further_listener_leaves_the_snippets_own_as_they_are() -> None:
    _, snippet = snippets()
    more = FurtherListener("MTLS", 9095, "mtls.test.com:16003", "SSL")
    found = extended(snippet, more)
    for key, text in snippet.items():
        assert found[key].startswith(text)
    assert found["advertised.listeners"].endswith(",MTLS://mtls.test.com:16003")
