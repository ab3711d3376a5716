"""Invocation types, tail, client context, errors as boto3 shows them."""
import json
from base64 import b64decode, b64encode

from _start import client, create, refused

functions = client('lambda')
create(functions, 'caller', 'python.zip')

dry = functions.invoke(FunctionName='caller', InvocationType='DryRun')
assert dry['StatusCode'] == 204, dry
event = functions.invoke(FunctionName='caller', InvocationType='Event', Payload=b'{}')
assert event['StatusCode'] == 202 and event['Payload'].read() == b'', event

answer = functions.invoke(FunctionName='caller', LogType='Tail', Payload=b'{"word": "apricot"}')
tail = b64decode(answer['LogResult']).decode()
request_id = answer['ResponseMetadata']['RequestId']
assert f'START RequestId: {request_id} Version: $LATEST' in tail, tail
assert "python got {'word': 'apricot'}" in tail, tail
assert f'END RequestId: {request_id}' in tail and f'REPORT RequestId: {request_id}' in tail, tail
assert json.load(answer['Payload']) == {'code': 3, 'remaining': True}

failed = functions.invoke(FunctionName='caller', Payload=b'{"fail": true}')
error = json.load(failed['Payload'])
assert failed['StatusCode'] == 200 and failed['FunctionError'] == 'Unhandled', failed
assert error['errorType'] == 'ValueError' and error['errorMessage'] == 'as asked', error
assert any('raise ValueError' in line for line in error['stackTrace']), error

create(functions, 'context')
context = b64encode(json.dumps({'custom': {'a': 'b'}, 'client': {'app_title': 't'}}).encode()).decode()
answer = json.load(functions.invoke(FunctionName='context', ClientContext=context)['Payload'])
assert answer['client']['custom'] == {'a': 'b'} or answer['client']['Custom'] == {'a': 'b'}, answer

refused('InvalidRequestContentException', functions.invoke, FunctionName='caller', Payload=b'{half')
refused('ResourceNotFoundException', functions.invoke, FunctionName='nobody')
refused('ResourceNotFoundException', functions.invoke, FunctionName='caller', Qualifier='99')
too_large = refused('RequestTooLargeException', functions.invoke, FunctionName='caller', Payload=b'"' + b'x' * (6 * 1024 * 1024) + b'"')
assert too_large['ResponseMetadata']['HTTPStatusCode'] == 413, too_large
