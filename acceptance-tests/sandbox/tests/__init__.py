"""Contract tests: each rule of the sandbox, seen through boto3."""
