"""What a handler gets as its second argument.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import json
import time


class LambdaContext:
    def __init__(self, init, invocation, logs):
        self.aws_request_id = invocation.request_id
        self.log_group_name = init["logGroup"]
        self.log_stream_name = init["logStream"]
        self.function_name = init["functionName"]
        self.memory_limit_in_mb = str(init["memoryMegabytes"])
        self.function_version = init["functionVersion"]
        self.invoked_function_arn = invocation.function_arn
        self.client_context = ClientContext(json.loads(invocation.client_context)) if invocation.client_context else None
        self.identity = CognitoIdentity(json.loads(invocation.identity) if invocation.identity else {})
        self.tenant_id = None
        self._epoch_deadline_time_in_ms = invocation.deadline
        self._logs = logs

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - time.time_ns() // 1_000_000, 0)

    def log(self, message):
        self._logs.text(str(message))

    def __repr__(self):
        shown = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
        )
        return f"LambdaContext([{','.join(f'{name}={getattr(self, name)}' for name in shown)}])"


class CognitoIdentity:
    def __init__(self, fields):
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")

    def __repr__(self):
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


class ClientContext:
    def __init__(self, fields):
        self.custom = fields.get("custom")
        self.env = fields.get("env")
        self.client = Client(fields["client"]) if fields.get("client") is not None else None

    def __repr__(self):
        return f"ClientContext([custom={self.custom},env={self.env},client={self.client}])"


class Client:
    def __init__(self, fields):
        for name in ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"):
            setattr(self, name, fields.get(name))

    def __repr__(self):
        return f"Client([{','.join(f'{name}={value}' for name, value in vars(self).items())}])"
