"""Real Kafka over what terraform built: `make wire`. README.md says what it proves."""
