"""Shared by the scripts: clients, a function, an assertion about errors."""
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ['AWS_ENDPOINT_URL']
ACCOUNT = os.environ['AWS_ACCESS_KEY_ID']
ROLE = f'arn:aws:iam::{ACCOUNT}:role/any'


def client(service):
    # This boto3 is older than AWS_ENDPOINT_URL. One attempt: a test wants to see a throttle, not have it retried.
    return boto3.client(service, endpoint_url=ENDPOINT, config=Config(retries={'total_max_attempts': 1}))


def package(name):
    with open(name, 'rb') as file:
        return file.read()


def create(function_client, name, zip_name='node.zip', wait=True, **more):
    python = zip_name.startswith('python')
    created = function_client.create_function(
        FunctionName=name,
        Runtime='python3.11' if python else 'nodejs20.x',
        Handler='app.handler' if python else 'index.handler',
        Role=ROLE,
        Code={'ZipFile': package(zip_name)},
        **more,
    )
    if wait:
        function_client.get_waiter('function_active_v2').wait(FunctionName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
    return created


def refused(code, call, **parameters):
    """The call must fail with this error; returns the whole error response."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        assert error.response['Error']['Code'] == code, error.response
        assert error.response['ResponseMetadata']['RequestId'], error.response
        return error.response
    sys.exit(f'not refused with {code}: {answer}')
