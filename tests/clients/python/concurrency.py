"""A function that is at its reserved concurrency refuses with AWS's throttle."""
import threading

from _start import client, create, refused

functions = client('lambda')
create(functions, 'narrow', 'python.zip', Timeout=20)
functions.invoke(FunctionName='narrow', Payload=b'{}')
functions.put_function_concurrency(FunctionName='narrow', ReservedConcurrentExecutions=1)
assert functions.get_function(FunctionName='narrow')['Concurrency']['ReservedConcurrentExecutions'] == 1


def hold():
    """Takes the one place, which the quick calls below may have for a moment."""
    while True:
        try:
            return functions.invoke(FunctionName='narrow', Payload=b'{"sleep": 3}')
        except functions.exceptions.TooManyRequestsException:
            pass


slow = threading.Thread(target=hold)
slow.start()
throttled = None
while slow.is_alive() and throttled is None:
    try:
        functions.invoke(FunctionName='narrow', Payload=b'{}')
    except functions.exceptions.TooManyRequestsException as error:
        throttled = error.response
assert throttled is not None, 'never throttled'
assert throttled['ResponseMetadata']['HTTPStatusCode'] == 429, throttled
assert throttled['Reason'] == 'ReservedFunctionConcurrentInvocationLimitExceeded', throttled
assert throttled['Error']['Message'] == 'Rate Exceeded.', throttled
slow.join()

functions.delete_function_concurrency(FunctionName='narrow')
assert functions.invoke(FunctionName='narrow', Payload=b'{}')['StatusCode'] == 200
refused('InvalidParameterValueException', functions.put_function_concurrency, FunctionName='narrow', ReservedConcurrentExecutions=901)
