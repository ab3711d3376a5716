"""Create, wait, invoke, update, read, delete."""
import hashlib
from base64 import b64encode
import json

from _start import ACCOUNT, client, create, package, refused

functions = client('lambda')

created = create(functions, 'hello', Timeout=7, MemorySize=256, Environment={'Variables': {'COLOR': 'red'}}, wait=False)
assert created['FunctionArn'] == f'arn:aws:lambda:us-east-1:{ACCOUNT}:function:hello', created
assert created['Version'] == '$LATEST' and created['PackageType'] == 'Zip' and created['Architectures'] == ['x86_64'], created
assert created['CodeSha256'] == b64encode(hashlib.sha256(package('node.zip')).digest()).decode(), created
functions.get_waiter('function_active_v2').wait(FunctionName='hello', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
functions.get_waiter('function_exists').wait(FunctionName='hello')

for name in ('hello', created['FunctionArn'], f'{ACCOUNT}:function:hello'):
    answer = functions.invoke(FunctionName=name, Payload=b'{"n": 1}')
    assert answer['StatusCode'] == 200 and answer['ExecutedVersion'] == '$LATEST' and 'FunctionError' not in answer, answer
    body = json.load(answer['Payload'])
    assert body['code'] == 1 and body['event'] == {'n': 1} and body['color'] == 'red', body

before = functions.get_function_configuration(FunctionName='hello')
assert before['State'] == 'Active' and before['LastUpdateStatus'] == 'Successful', before
refused('PreconditionFailedException', functions.update_function_code, FunctionName='hello', ZipFile=package('node2.zip'), RevisionId='0' * 8)
updated = functions.update_function_code(FunctionName='hello', ZipFile=package('node2.zip'), RevisionId=before['RevisionId'])
assert updated['CodeSha256'] != before['CodeSha256'] and updated['RevisionId'] != before['RevisionId'], updated
functions.get_waiter('function_updated_v2').wait(FunctionName='hello', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
assert json.load(functions.invoke(FunctionName='hello')['Payload']) == {'code': 2, 'color': 'red'}

functions.update_function_configuration(FunctionName='hello', Environment={'Variables': {'COLOR': 'blue'}}, Description='changed')
functions.get_waiter('function_updated_v2').wait(FunctionName='hello', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
after = functions.get_function(FunctionName='hello')
assert after['Configuration']['Description'] == 'changed' and after['Configuration']['Timeout'] == 7, after
assert after['Code']['RepositoryType'] == 'S3' and after['Code']['Location'].startswith('http'), after
assert json.load(functions.invoke(FunctionName='hello')['Payload']) == {'code': 2, 'color': 'blue'}

dry = functions.update_function_code(FunctionName='hello', ZipFile=package('node.zip'), DryRun=True)
assert json.load(functions.invoke(FunctionName='hello')['Payload'])['code'] == 2, 'a dry run changed the code'

functions.delete_function(FunctionName='hello')
error = refused('ResourceNotFoundException', functions.get_function, FunctionName='hello')
assert error['Error']['Message'] == f'Function not found: arn:aws:lambda:us-east-1:{ACCOUNT}:function:hello', error
refused('ResourceNotFoundException', functions.delete_function, FunctionName='hello')
