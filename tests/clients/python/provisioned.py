"""Provisioned concurrency: no init below the number, on-demand instances beyond it, and AWS's states and refusals."""
import base64
import io
import json
import threading
import time
import zipfile

from _start import ROLE, client, refused

CODE = """
import os, time
BORN = os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']

def handler(event, context):
    time.sleep(event.get('sleep', 0))
    return [BORN, context.function_version]
"""

functions = client('lambda')


def package(code):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as archive:
        archive.writestr('app.py', code)
    return file.getvalue()


def until_state(qualifier, state):
    for _ in range(300):
        config = functions.get_provisioned_concurrency_config(FunctionName='ready', Qualifier=qualifier)
        if config['Status'] == state:
            return config
        time.sleep(0.1)
    raise SystemExit(f'never {state}: {config}')


def invoke(qualifier, results, **event):
    answer = functions.invoke(FunctionName='ready', Qualifier=qualifier, Payload=json.dumps(event), LogType='Tail')
    log = base64.b64decode(answer['LogResult']).decode()
    results.append((*json.load(answer['Payload']), 'Init Duration' in log))


def at_once(count, qualifier):
    results = []
    threads = [threading.Thread(target=invoke, args=(qualifier, results), kwargs={'sleep': 0.7}) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


functions.create_function(
    FunctionName='ready', Runtime='python3.11', Handler='app.handler', Role=ROLE, Timeout=20, Code={'ZipFile': package(CODE)}, Publish=True)
functions.get_waiter('function_active_v2').wait(FunctionName='ready', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
functions.create_alias(FunctionName='ready', Name='live', FunctionVersion='1')

refused('ProvisionedConcurrencyConfigNotFoundException', functions.get_provisioned_concurrency_config, FunctionName='ready', Qualifier='live')
refused(
    'InvalidParameterValueException', functions.put_provisioned_concurrency_config,
    FunctionName='ready', Qualifier='$LATEST', ProvisionedConcurrentExecutions=1)
refused(
    'InvalidParameterValueException', functions.put_provisioned_concurrency_config,
    FunctionName='ready', Qualifier='live', ProvisionedConcurrentExecutions=901)

put = functions.put_provisioned_concurrency_config(FunctionName='ready', Qualifier='live', ProvisionedConcurrentExecutions=3)
assert put['ResponseMetadata']['HTTPStatusCode'] == 202 and put['Status'] == 'IN_PROGRESS', put
ready = until_state('live', 'READY')
assert ready['AllocatedProvisionedConcurrentExecutions'] == ready['AvailableProvisionedConcurrentExecutions'] == 3, ready
assert functions.get_account_settings()['AccountLimit']['UnreservedConcurrentExecutions'] == 997
refused(
    'ResourceConflictException', functions.put_provisioned_concurrency_config,
    FunctionName='ready', Qualifier='1', ProvisionedConcurrentExecutions=1)

# Below the number nobody meets a cold start, neither the first time nor later.
for _ in range(2):
    assert at_once(3, 'live') == [('provisioned-concurrency', '1', False)] * 3
# Two more than that spill over to instances that are started on demand.
spilled = at_once(5, 'live')
assert spilled[:2] == [('on-demand', '1', True)] * 2, spilled
assert spilled[2:] == [('provisioned-concurrency', '1', False)] * 3, spilled

# It follows its alias to another version.
functions.update_function_code(FunctionName='ready', ZipFile=package(CODE + '# other code\n'), Publish=True)
functions.get_waiter('function_updated_v2').wait(FunctionName='ready', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
functions.update_alias(FunctionName='ready', Name='live', FunctionVersion='2')
until_state('live', 'READY')
assert at_once(3, 'live') == [('provisioned-concurrency', '2', False)] * 3

functions.put_function_concurrency(FunctionName='ready', ReservedConcurrentExecutions=4)
refused('InvalidParameterValueException', functions.put_function_concurrency, FunctionName='ready', ReservedConcurrentExecutions=2)
refused(
    'InvalidParameterValueException', functions.put_provisioned_concurrency_config,
    FunctionName='ready', Qualifier='1', ProvisionedConcurrentExecutions=2)
functions.put_provisioned_concurrency_config(FunctionName='ready', Qualifier='1', ProvisionedConcurrentExecutions=1)
pages = functions.get_paginator('list_provisioned_concurrency_configs').paginate(FunctionName='ready', PaginationConfig={'PageSize': 1})
listed = [config for page in pages for config in page['ProvisionedConcurrencyConfigs']]
assert [config['FunctionArn'].split(':')[-1] for config in listed] == ['1', 'live'], listed
# All that is reserved is provisioned now: nothing is left for $LATEST.
assert refused('TooManyRequestsException', functions.invoke, FunctionName='ready')['Reason'] == \
    'ReservedFunctionConcurrentInvocationLimitExceeded'

functions.delete_provisioned_concurrency_config(FunctionName='ready', Qualifier='live')
refused('ProvisionedConcurrencyConfigNotFoundException', functions.get_provisioned_concurrency_config, FunctionName='ready', Qualifier='live')
functions.delete_function_concurrency(FunctionName='ready')

# What cannot be initialised says why.
functions.update_function_code(FunctionName='ready', ZipFile=package('import nothing_of_that_name'), Publish=True)
functions.get_waiter('function_updated_v2').wait(FunctionName='ready', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
functions.put_provisioned_concurrency_config(FunctionName='ready', Qualifier='3', ProvisionedConcurrentExecutions=2)
failed = until_state('3', 'FAILED')
assert 'nothing_of_that_name' in failed['StatusReason'] and failed['AllocatedProvisionedConcurrentExecutions'] == 0, failed
functions.delete_function(FunctionName='ready')
assert functions.get_account_settings()['AccountLimit']['UnreservedConcurrentExecutions'] == 1000
