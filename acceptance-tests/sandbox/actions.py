"""Imports every module that answers actions."""

import importlib

_MODULES = (
    "sandbox.elbv2.load_balancers",
    "sandbox.elbv2.load_balancer_changes",
    "sandbox.elbv2.attributes",
    "sandbox.elbv2.target_groups",
    "sandbox.elbv2.targets",
    "sandbox.elbv2.listeners",
    "sandbox.elbv2.listener_certificates",
    "sandbox.elbv2.tags",
    "sandbox.ec2.endpoint_services",
    "sandbox.ec2.endpoint_service_changes",
    "sandbox.ec2.endpoint_service_lookup",
    "sandbox.ec2.permissions",
    "sandbox.ec2.connections",
    "sandbox.ec2.endpoints",
    "sandbox.ec2.endpoint_changes",
    "sandbox.ec2.deletions",
    "sandbox.ec2.security_groups",
    "sandbox.ec2.tags",
    "sandbox.route53.hosted_zones",
    "sandbox.route53.zone_lists",
    "sandbox.route53.vpc_associations",
    "sandbox.route53.record_sets",
    "sandbox.route53.changes",
    "sandbox.route53.tags",
)


def load() -> None:
    for module in _MODULES:
        importlib.import_module(module)
