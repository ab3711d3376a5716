"""Functions in .NET: an assembly's method, its errors and its log, and a program of its own."""
import json
from base64 import b64decode

from _start import ROLE, client, package

functions = client('lambda')


def create(name, handler, zip_name='dotnet.zip', runtime='dotnet8'):
    functions.create_function(
        FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE, Code={'ZipFile': package(zip_name)}, MemorySize=512, Timeout=30)
    functions.get_waiter('function_active_v2').wait(FunctionName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 20})


def invoke(name, event):
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode(), LogType='Tail')
    return answer.get('FunctionError'), json.loads(answer['Payload'].read()), b64decode(answer['LogResult']).decode()


for runtime in ('dotnet8', 'dotnet10'):
    create(f'plain-{runtime}', 'SampleFunctions::SampleFunctions.Kinds::ValuePromise', runtime=runtime)
    for _ in range(3):
        error, answer, log = invoke(f'plain-{runtime}', {'a': 42, 'note': None})
        assert (error, answer) == (None, {'Value': 42}), (error, answer, log)
        assert 'REPORT RequestId: ' in log, log

create('levels', 'SampleFunctions::SampleFunctions.Logging::Levels')
_, _, log = invoke('levels', {})
assert '\twarn\twarning\n' in log and '\tinfo\t1 of 2\n' in log, log

create('throws', 'SampleFunctions::SampleFunctions.Mistakes::Throws')
error, answer, _ = invoke('throws', {})
assert error == 'Unhandled' and answer['errorType'] == 'InvalidOperationException' and answer['cause']['errorMessage'] == 'why', answer

create('absent', 'SampleFunctions::SampleFunctions.Absent::Handle')
error, answer, _ = invoke('absent', {})
assert error == 'Unhandled' and 'SampleFunctions.Absent' in answer['errorMessage'], answer

create('exhausts', 'SampleFunctions::SampleFunctions.Kinds::FillMemory')
error, answer, _ = invoke('exhausts', {})
assert error == 'Unhandled' and answer['errorType'] == 'OutOfMemoryException', answer

create('program', 'ProgramFunction', 'dotnet-program.zip')
for n in range(2):
    error, answer, log = invoke('program', {'n': n})
    assert (error, answer) == (None, {'n': n}) and 'the program runs ' in log, (error, answer, log)
