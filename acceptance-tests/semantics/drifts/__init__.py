"""Every drift that docs/semantics.md names, in the rounds in which they are made."""

from semantics.drift import Round
from semantics.drifts import consumer_side, listeners, service_side

ROUNDS: list[Round] = [*listeners.ROUNDS, *service_side.ROUNDS, *consumer_side.ROUNDS]
