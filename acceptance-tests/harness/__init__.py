"""Runs the real `terraform` with the built provider, and reads AWS back with boto3."""
