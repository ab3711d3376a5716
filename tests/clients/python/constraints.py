"""
Every constraint of the API model: whatever breaks it is refused with a 4xx in the protocol's shape, never accepted, never a 5xx. Goes
through the model that this botocore carries, operation by operation, member by member.
"""
import copy
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from _start import ACCOUNT, ENDPOINT, ROLE, client, create, package

functions = boto3.client(
    'lambda', endpoint_url=ENDPOINT, config=Config(retries={'total_max_attempts': 1}, parameter_validation=False))
model = functions.meta.service_model

create(client('lambda'), 'shape', Publish=True)
client('lambda').create_alias(FunctionName='shape', Name='live', FunctionVersion='1')
layer = client('lambda').publish_layer_version(LayerName='shape', Content={'ZipFile': package('node.zip')})

# Values for the required members of any operation; further ones for some.
KNOWN = {
    'FunctionName': 'shape', 'Name': 'live', 'LayerName': 'shape', 'VersionNumber': 1, 'StatementId': 'id', 'Principal': '*',
    'Action': 'lambda:InvokeFunction', 'FunctionVersion': '1', 'AuthType': 'NONE', 'ReservedConcurrentExecutions': 1, 'Role': ROLE,
    'Code': {'ZipFile': package('node.zip')}, 'Content': {'ZipFile': package('node.zip')}, 'Arn': layer['LayerVersionArn'],
    'Resource': f'arn:aws:lambda:us-east-1:{ACCOUNT}:function:shape', 'Tags': {'a': 'b'}, 'TagKeys': ['a'], 'InvokeArgs': b'{}',
    'UpdateRuntimeOn': 'Auto', 'RecursiveLoop': 'Terminate',
}
MORE = {
    'CreateFunction': {'FunctionName': 'other', 'Runtime': 'nodejs20.x', 'Handler': 'index.handler'},
    'CreateAlias': {'Name': 'other'},
    'AddLayerVersionPermission': {'Action': 'lambda:GetLayerVersion'},
}
# What is accepted although the model has a constraint, and why that is right.
ALLOWED = {
    # The model's pattern admits what AWS answers itself, and an empty string takes the setting away.
    ('UpdateFunctionConfiguration', 'KMSKeyArn'), ('CreateFunction', 'KMSKeyArn'),
}
SERVED_NOT = 'UnsupportedOperationException'
findings, tried = [], 0


def broken(shape, where):
    """Pairs of what is broken and a value that breaks it."""
    kind, rules = shape.type_name, shape.metadata
    if kind == 'string':
        if rules.get('min', 0) > 0 and where != 'uri':
            yield 'min', 'a' * (rules['min'] - 1)
        if rules.get('max', 1 << 20) <= 10_000:
            yield 'max', 'a' * (rules['max'] + 1)
        if 'pattern' in rules and not re.fullmatch(rules['pattern'], 'not ! (it)'):
            yield 'pattern', 'not ! (it)'
        if 'enum' in rules:
            yield 'enum', 'Bogus'
        if not where:
            yield 'type', {'a': 1}
    elif kind in ('integer', 'long', 'double'):
        if 'min' in rules:
            yield 'min', rules['min'] - 1
        if 'max' in rules:
            yield 'max', rules['max'] + 1
        yield 'type', 'abc'
    elif kind == 'boolean':
        yield 'type', 'abc'
    elif kind == 'list':
        for what, value in broken(shape.member, 'list'):
            yield f'item {what}', [value]
    elif kind == 'map':
        for what, value in broken(shape.value, 'map'):
            yield f'value {what}', {'1': value}
    elif kind == 'structure':
        for name, member in shape.members.items():
            for what, value in broken(member, ''):
                yield f'{name} {what}', {name: value}


def attempt(operation, name, what, value):
    global tried
    tried += 1
    method = getattr(functions, METHODS[operation.name])
    parameters = {
        required: KNOWN.get(required, 'x') for required in operation.input_shape.required_members
        if required in KNOWN or operation.input_shape.members[required].serialization.get('location') == 'uri'
    }
    parameters.update(copy.deepcopy(MORE.get(operation.name, {})))
    parameters[name] = value
    try:
        answer = method(**parameters)
    except (ParamValidationError, TypeError, ValueError):
        return True  # this client does not send it
    except ClientError as error:
        status, code = error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Code']
        if code == SERVED_NOT:
            return False
        if not 400 <= status < 500 or not error.response['Error'].get('Message'):
            findings.append(f'{operation.name} {name} {what}: {status} {error.response["Error"]}')
        return True
    if (operation.name, name) not in ALLOWED:
        findings.append(f'{operation.name} {name} {what}: accepted {str(value)[:40]!r}: {answer["ResponseMetadata"]["HTTPStatusCode"]}')
    return True


METHODS = {api: method for method, api in functions.meta.method_to_api_mapping.items()}
for operation_name in model.operation_names:
    operation = model.operation_model(operation_name)
    if operation.input_shape is None:
        continue
    served = True
    for name, member in operation.input_shape.members.items():
        for what, value in broken(member, member.serialization.get('location', '')):
            served = served and attempt(operation, name, what, value)

print(f'{tried} tried')
if findings or tried < 300:
    sys.exit('\n'.join(findings))
