"""Endpoint services, endpoints, and what of moto's EC2 depends on them."""
