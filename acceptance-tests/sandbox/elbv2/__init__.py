"""Elastic Load Balancing v2, for network load balancers."""
