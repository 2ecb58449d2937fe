"""How long a run waits for what must come."""

# Seconds. What is waited for comes within ten on an idle machine; three brokers took 153 to start on
# two cores with 34 other processes at work. A run that finds all well never waits so long.
PATIENCE = 300.0
