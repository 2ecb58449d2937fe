"""A sandbox AWS: moto for the wire format and the networks, our rules for what it fronts."""
