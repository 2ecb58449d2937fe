"""The provider's writes, each with the object that it was done to, and the order they came in.

An expectation is a list of chains, `"CreateListener listener/7003 > DeleteListener listener/6003"`:
within a chain each step is over before the next one begins, between chains there is no order. All
chains together are all the writes there are. A step that several chains share is one write, and a
step that one chain names twice is two. `target-group/*` is one write for each such object, and
`RegisterTargets+ ...` is at least one: what becomes possible together need not go together.
"""

import re
from collections import Counter, defaultdict
from typing import Any

from harness.shape import RESOURCE

NEW = "new "
"""Put before the label of an object that takes the place of one of the same label."""


def told(call: dict[str, Any], before: dict[str, str], after: dict[str, str]) -> list[str]:
    """`Action label` for each object that one call of the log was done to.

    `before` and `after` are the labels by id of what there was and is.
    """
    old = set(before.values())
    action, params = call["action"], call["params"]
    made = _label_in(params)
    if action.startswith("Create") and action != "CreateTags":
        return [f"{action} {NEW if made in old else ''}{made}"]
    if action == "ChangeResourceRecordSets":
        changes = [value for key, value in params.items() if key.endswith(".Action")]
        names = [value for key, value in params.items() if re.search(r"\d\.\w+\.Name$", key)]
        kinds = [value for key, value in params.items() if re.search(r"\d\.\w+\.Type$", key)]
        # A records are the usual ones.
        ends = ["" if kind == "A" else f" {kind}" for kind in kinds]
        parts = zip(changes, names, ends, strict=True)
        return [f"{action} {change} {name.rstrip('.')}{end}" for change, name, end in parts]
    # What a call is done to comes before what it hands over, in the order that is named here.
    for subject in _SUBJECTS:
        named = [
            value for key, value in params.items() if re.fullmatch(rf"{subject}(\.\d+)?", key)
        ]
        if named:
            bare = [str(item).removeprefix("/hostedzone/") for item in named]
            return [f"{action} {_label(item, before, after)}" for item in bare]
    raise AssertionError(f"no object is known of {action} with {params}")


def _label(identifier: str, before: dict[str, str], after: dict[str, str]) -> str:
    if identifier in before:
        return before[identifier]
    label = after.get(identifier, identifier)
    return f"{NEW}{label}" if label in before.values() else label


_SUBJECTS = (
    "TargetGroupArn",
    "ListenerArn",
    "LoadBalancerArn",
    "ResourceArns",
    "Resources",
    "ResourceId",
    "VpcEndpointIds",
    "VpcEndpointId",
    "ServiceIds",
    "ServiceId",
    "GroupId",
    "HostedZoneId",
    "Id",
)


def _label_in(params: dict[str, Any]) -> str:
    for key, value in params.items():
        if value == RESOURCE and key.endswith(".Key"):
            return str(params[f"{key.removesuffix('.Key')}.Value"])
    # A hosted zone takes no tags when it is created.
    return "hosted-zone" if "CallerReference" in params else "?"


def check(writes: list[str], chains: list[str], known: set[str]) -> None:
    """Fails unless `writes` are exactly the steps of `chains`, in an order that they allow."""
    parsed = [[_expand(step, known) for step in chain.split(" > ")] for chain in chains]
    several = {write for chain in parsed for step in chain for write in step if "+ " in write}
    several = {write.replace("+ ", " ") for write in several}
    expected: Counter[str] = Counter()
    for chain in parsed:
        expected |= Counter(write.replace("+ ", " ") for step in chain for write in step)
    found = Counter(writes)
    for write in several & set(found):
        found[write] = expected[write]
    story = "\n  ".join(writes)
    missing, more = expected - found, found - expected
    assert not missing and not more, (
        f"missing: {sorted(missing.elements())}\nmore: {sorted(more.elements())}\nin\n  {story}"
    )
    places: dict[str, list[int]] = defaultdict(list)
    for place, write in enumerate(writes):
        places[write].append(place)
    for chain, text in zip(parsed, chains, strict=True):
        turn: Counter[str] = Counter()
        last = -1
        for step in chain:
            # Of several, the last counts.
            when = [
                places[write.replace("+ ", " ")][-1 if "+ " in write else turn[write]]
                for write in step
            ]
            turn.update(step)
            assert min(when) > last, f"{step} came too early for '{text}' in\n  {story}"
            last = max(when)


def _expand(step: str, known: set[str]) -> list[str]:
    """One write, or one for each known object that `*` stands for."""
    if "*" not in step:
        return [step]
    action, _, pattern = step.partition(" ")
    fresh = pattern.startswith(NEW)
    pattern = re.escape(pattern.removeprefix(NEW)).replace(r"\*", ".*")
    found = sorted(label for label in known if re.fullmatch(pattern, label))
    assert found, f"'{step}' is about no object"
    return [f"{action} {NEW if fresh else ''}{label}" for label in found]


def actions(chains: list[str]) -> list[list[str]]:
    """The names of the actions alone: what the document lists."""
    return sorted({_names(chain) for chain in chains})  # type: ignore[return-value]


def _names(chain: str) -> tuple[str, ...]:
    names: list[str] = []
    for step in chain.split(" > "):
        name = step.partition(" ")[0].rstrip("+")
        if not names or names[-1] != name:
            names.append(name)
    return tuple(names)
