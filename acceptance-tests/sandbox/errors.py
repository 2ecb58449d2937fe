"""The one exception of the sandbox: an AWS error code with its message."""


class AwsError(Exception):
    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class InvalidAction(AwsError):
    """AWS's common error for an unknown action; a 400 is not retried by the SDKs.

    ELB API Reference, "Common Errors": InvalidAction.
    """

    def __init__(self, action: str):
        super().__init__("InvalidAction", f"The action {action} is not valid for this endpoint.")
