"""Tests of the pure parts: no namespace, broker or packet. They run with the acceptance tests."""
