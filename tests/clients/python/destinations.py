"""Asynchronous invocations that leave a record at another function, and how often failed ones are tried."""
import ast
import json
import time

from _start import client, create, refused

functions, logs = client('lambda'), client('logs')
for name in ('source', 'succeeded', 'failed'):
    create(functions, name, 'python.zip')
arn = {name: functions.get_function_configuration(FunctionName=name)['FunctionArn'] for name in ('source', 'succeeded', 'failed')}

put = functions.put_function_event_invoke_config(
    FunctionName='source', MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60,
    DestinationConfig={'OnSuccess': {'Destination': arn['succeeded']}, 'OnFailure': {'Destination': arn['failed'] + ':$LATEST'}})
assert put['FunctionArn'] == arn['source'] + ':$LATEST', put
assert abs(put['LastModified'].timestamp() - time.time()) < 3600, put
got = functions.get_function_event_invoke_config(FunctionName='source')
assert (got['MaximumRetryAttempts'], got['MaximumEventAgeInSeconds']) == (0, 60), got
assert got['DestinationConfig']['OnSuccess']['Destination'] == arn['succeeded'], got


def record(of):
    """The record in a destination's log, within a bounded time."""
    for _ in range(300):
        try:
            events = logs.filter_log_events(logGroupName=f'/aws/lambda/{of}', filterPattern='"requestContext"')['events']
        except logs.exceptions.ResourceNotFoundException:
            events = []
        if events:
            return ast.literal_eval(events[0]['message'].removeprefix('python got '))  # a dict, as the function printed it
        time.sleep(0.1)
    raise SystemExit(f'no record arrived at {of}')


def send(event):
    return functions.invoke(FunctionName='source', InvocationType='Event', Payload=json.dumps(event))['ResponseMetadata']['RequestId']


request = send({'word': 'apricot'})
success = record('succeeded')
assert success.pop('timestamp').endswith('Z')
assert success == {
    'version': '1.0',
    'requestContext': {'requestId': request, 'functionArn': arn['source'] + ':$LATEST', 'condition': 'Success', 'approximateInvokeCount': 1},
    'requestPayload': {'word': 'apricot'},
    'responseContext': {'statusCode': 200, 'executedVersion': '$LATEST'},
    'responsePayload': {'code': 3, 'remaining': True},
}, success

request = send({'fail': True})
failure = record('failed')
assert failure['requestContext'] == {
    'requestId': request, 'functionArn': arn['source'] + ':$LATEST', 'condition': 'RetriesExhausted', 'approximateInvokeCount': 1}, failure
assert failure['requestPayload'] == {'fail': True}, failure
assert failure['responseContext'] == {'statusCode': 200, 'executedVersion': '$LATEST', 'functionError': 'Unhandled'}, failure
assert failure['responsePayload']['errorType'] == 'ValueError' and failure['responsePayload']['errorMessage'] == 'as asked', failure

pages = functions.get_paginator('list_function_event_invoke_configs').paginate(FunctionName='source')
assert [config['FunctionArn'] for page in pages for config in page['FunctionEventInvokeConfigs']] == [arn['source'] + ':$LATEST']
functions.delete_function_event_invoke_config(FunctionName='source')
refused('ResourceNotFoundException', functions.get_function_event_invoke_config, FunctionName='source')
refused('ResourceNotFoundException', functions.delete_function_event_invoke_config, FunctionName='source')

queue = 'arn:aws:sqs:us-east-1:123456789012:queue'
no_queue = refused('InvalidParameterValueException', functions.put_function_event_invoke_config,
                   FunctionName='source', DestinationConfig={'OnFailure': {'Destination': queue}})
assert 'SQS queues' in no_queue['Error']['Message'], no_queue
no_queue = refused('InvalidParameterValueException', functions.update_function_configuration,
                   FunctionName='source', DeadLetterConfig={'TargetArn': queue})
assert 'deadLetterConfig.targetArn' in no_queue['Error']['Message'], no_queue
