"""Versions, aliases with weights, their URLs and policies, as boto3 drives them."""
import io
import json
import urllib.request
import zipfile
from collections import Counter

from _start import ACCOUNT, client, create, refused

functions = client('lambda')
ARN = f'arn:aws:lambda:us-east-1:{ACCOUNT}:function:shop'


def code(number):
    source = f"""
exports.handler = async (event, context) => ({{
  code: {number},
  version: context.functionVersion,
  variable: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  arn: context.invokedFunctionArn,
  stream: context.logStreamName,
}});
"""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, 'w') as package:
        package.writestr('index.js', source)
    return packed.getvalue()


def invoke(**parameters):
    answer = functions.invoke(FunctionName='shop', **parameters)
    return answer['ExecutedVersion'], json.load(answer['Payload'])


create(functions, 'shop')
functions.update_function_code(FunctionName='shop', ZipFile=code(1))
functions.get_waiter('function_updated_v2').wait(FunctionName='shop')
first = functions.publish_version(FunctionName='shop', Description='the first')
assert (first['Version'], first['FunctionArn']) == ('1', f'{ARN}:1'), first
functions.get_waiter('published_version_active').wait(FunctionName='shop', Qualifier='1')
assert functions.publish_version(FunctionName='shop')['Version'] == '1'
second = functions.update_function_code(FunctionName='shop', ZipFile=code(2), Publish=True)
assert second['Version'] == '2', second
functions.get_waiter('function_updated_v2').wait(FunctionName='shop')

pages = functions.get_paginator('list_versions_by_function').paginate(FunctionName='shop', PaginationConfig={'PageSize': 1})
assert [version['Version'] for page in pages for version in page['Versions']] == ['$LATEST', '1', '2']

# Each version runs its own code under its own name, and the ARN is the one that was called.
alias = functions.create_alias(FunctionName='shop', Name='live', FunctionVersion='1')
assert alias['AliasArn'] == f'{ARN}:live', alias
for qualifier, version, number in (('$LATEST', '$LATEST', 2), ('1', '1', 1), ('2', '2', 2), ('live', '1', 1)):
    executed, answer = invoke(Qualifier=qualifier)
    assert executed == version and answer['code'] == number, (qualifier, executed, answer)
    assert answer['version'] == answer['variable'] == version, answer
    assert answer['arn'] == f'{ARN}:{qualifier}', answer
    assert f'/[{version}]' in answer['stream'], answer
assert invoke()[1]['arn'] == ARN

# Half of the traffic, then all of it back at once. 200 fair draws stay within these bounds but once in 10^10.
functions.update_alias(FunctionName='shop', Name='live', RoutingConfig={'AdditionalVersionWeights': {'2': 0.5}})
shares = Counter(invoke(Qualifier='live')[0] for _ in range(200))
assert set(shares) == {'1', '2'} and 50 < shares['2'] < 150, shares
functions.update_alias(FunctionName='shop', Name='live', RoutingConfig={'AdditionalVersionWeights': {'2': 0}})
assert {invoke(Qualifier='live')[0] for _ in range(50)} == {'1'}
refused('InvalidParameterValueException', functions.update_alias, FunctionName='shop', Name='live', FunctionVersion='$LATEST')
refused(
    'PreconditionFailedException', functions.update_alias, FunctionName='shop', Name='live', FunctionVersion='2', RevisionId='old')

# A URL follows its alias.
url = functions.create_function_url_config(FunctionName='shop', Qualifier='live', AuthType='NONE')['FunctionUrl']
assert json.load(urllib.request.urlopen(url))['version'] == '1'
functions.update_alias(FunctionName='shop', Name='live', FunctionVersion='2', RoutingConfig={})
answer = json.load(urllib.request.urlopen(url))
assert answer['version'] == '2' and answer['arn'] == f'{ARN}:live', answer
assert [alias['Name'] for page in functions.get_paginator('list_aliases').paginate(FunctionName='shop') for alias in page['Aliases']] == ['live']

# Policies.
added = functions.add_permission(
    FunctionName='shop', Qualifier='live', StatementId='bucket', Action='lambda:InvokeFunction', Principal='s3.amazonaws.com',
    SourceArn='arn:aws:s3:::pictures', SourceAccount=ACCOUNT)
policy = json.loads(functions.get_policy(FunctionName='shop', Qualifier='live')['Policy'])
assert policy['Statement'] == [json.loads(added['Statement'])], policy
assert policy['Statement'][0]['Resource'] == f'{ARN}:live', policy
functions.remove_permission(FunctionName='shop', Qualifier='live', StatementId='bucket')
refused('ResourceNotFoundException', functions.get_policy, FunctionName='shop', Qualifier='live')

# Deletion.
refused('ResourceConflictException', functions.delete_function, FunctionName='shop', Qualifier='2')
functions.delete_alias(FunctionName='shop', Name='live')
refused('ResourceNotFoundException', invoke, Qualifier='live')
functions.delete_function(FunctionName='shop', Qualifier='2')
refused('ResourceNotFoundException', invoke, Qualifier='2')
assert invoke(Qualifier='1')[1]['code'] == 1
functions.delete_function(FunctionName='shop')
refused('ResourceNotFoundException', functions.get_function, FunctionName='shop', Qualifier='1')
