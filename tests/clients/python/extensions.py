"""Extensions in a layer: they register, hear of invocations and of the end, get telemetry; a wrapper changes how the runtime starts."""
import io
import json
import time
import zipfile

from _start import ACCOUNT, ROLE, client

functions, logs = client('lambda'), client('logs')


def zipped(files):
    """Of executable files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, 'w') as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
    return content.getvalue()


def layer(name, files):
    return functions.publish_layer_version(LayerName=name, Content={'ZipFile': zipped(files)})['LayerVersionArn']


def create(name, layers, runtime='python3.11', handler='app.handler', code=None, **more):
    functions.create_function(
        FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE, Code={'ZipFile': code or PYTHON}, Layers=layers, MemorySize=512,
        **{'Timeout': 20, **more})
    functions.get_waiter('function_active_v2').wait(FunctionName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 20})


def invoke(name, payload=b'{}'):
    answer = functions.invoke(FunctionName=name, Payload=payload)
    return json.load(answer['Payload']), answer.get('FunctionError')


def lines(name):
    try:
        events = logs.filter_log_events(logGroupName=f'/aws/lambda/{name}')['events']
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [event['message'].rstrip('\n') for event in events]


def eventually(name, wanted):
    """Lines of the log once one of them has the text."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        seen = lines(name)
        if any(wanted in line for line in seen):
            return seen
        time.sleep(0.1)
    raise AssertionError(f'{wanted!r} did not come: {json.dumps(lines(name), indent=1)}')


# As the examples of AWS are written: nothing but Python's own library, and the file's own name.
WATCHER = r'''#!/usr/bin/python3
import http.server, json, os, sys, threading, urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}"

def call(method, path, body=None, **headers):
    request = urllib.request.Request(API + path, json.dumps(body).encode() if body is not None else None, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.loads(answer.read() or b'null')

class Subscriber(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        for event in json.loads(self.rfile.read(int(self.headers['content-length']))):
            with open('/tmp/telemetry', 'a') as file:
                file.write(json.dumps(event) + '\n')
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(('sandbox.localdomain', 8080), Subscriber)
threading.Thread(target=server.serve_forever, daemon=True).start()

name = os.path.basename(__file__)
headers, answer = call('POST', '/2020-01-01/extension/register', {'events': ['INVOKE', 'SHUTDOWN']},
                       **{'Lambda-Extension-Name': name, 'Lambda-Extension-Accept-Feature': 'accountId'})
me = {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier']}
print('registered for', json.dumps(answer, sort_keys=True), sorted(set(os.environ) & {'_HANDLER', 'LAMBDA_TASK_ROOT', 'COLOR'}), flush=True)
call('PUT', '/2022-07-01/telemetry', {
    'schemaVersion': '2022-12-13', 'types': ['platform', 'function', 'extension'],
    'buffering': {'maxItems': 1000, 'maxBytes': 262144, 'timeoutMs': 25},
    'destination': {'protocol': 'HTTP', 'URI': 'http://sandbox.localdomain:8080'}}, **me)
while True:
    _, event = call('GET', '/2020-01-01/extension/event/next', **me)
    print('told of', event['eventType'], event.get('requestId', event.get('shutdownReason')), flush=True)
    if event['eventType'] == 'SHUTDOWN':
        sys.exit(0)
'''

# Another in shell, for what its tools can do.
SHELL = r'''#!/bin/bash
set -euo pipefail
api="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"
id=$(curl -sS -D - -o /dev/null -X POST "$api/register" -H "Lambda-Extension-Name: $(basename "$0")" -d '{"events": ["INVOKE", "SHUTDOWN"]}' \
  | tr -d '\r' | awk 'tolower($1) == "lambda-extension-identifier:" { print $2 }')
while :; do
  event=$(curl -sS "$api/event/next" -H "Lambda-Extension-Identifier: $id")
  echo "shell was told: $event"
  case $event in *SHUTDOWN*) exit 0 ;; esac
done
'''

PYTHON = zipped({'app.py': '''
import os, time

def handler(event, context):
    print('the function says', event)
    if event.get('telemetry'):
        time.sleep(0.5)
        return open('/tmp/telemetry').read()
    time.sleep(event.get('sleep', 0))
    return {'pid': os.getpid(), 'color': os.environ.get('COLOR')}
'''})

both = layer('watchers', {'extensions/watcher.py': WATCHER, 'extensions/shell': SHELL})
create('watched', [both], Environment={'Variables': {'COLOR': 'blue'}})
first, error = invoke('watched', b'{"n": 1}')
assert error is None and first['color'] == 'blue', (first, error)
second, error = invoke('watched')
assert second['pid'] == first['pid'], 'the instance is kept'
seen = eventually('watched', 'told of INVOKE')
registered = {'accountId': ACCOUNT, 'functionName': 'watched', 'functionVersion': '$LATEST', 'handler': 'app.handler'}
assert f"registered for {json.dumps(registered, sort_keys=True)} ['COLOR']" in seen, seen
for line in ('EXTENSION\tName: watcher.py\tState: Ready\tEvents: [INVOKE, SHUTDOWN]', 'EXTENSION\tName: shell\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
             'TELEMETRY\tName: watcher.py\tState: Subscribed\tTypes: [platform, function, extension]'):
    assert line in seen, (line, seen)

telemetry, error = invoke('watched', b'{"telemetry": true}')
assert error is None, telemetry
events = [json.loads(line) for line in telemetry.splitlines()]
types = [event['type'] for event in events]
for wanted in ('platform.initStart', 'platform.telemetrySubscription', 'platform.initRuntimeDone', 'platform.extension', 'platform.initReport',
               'platform.start', 'function', 'extension', 'platform.runtimeDone', 'platform.report'):
    assert wanted in types, (wanted, types)
assert [event['record'] for event in events if event['type'] == 'function'][0] == "the function says {'n': 1}", events
starts = [event['record']['requestId'] for event in events if event['type'] == 'platform.start']
reports = [event['record'] for event in events if event['type'] == 'platform.report']
assert [report['requestId'] for report in reports] == starts[:2], (starts, reports)
assert 'initDurationMs' in reports[0]['metrics'] and reports[0]['status'] == 'success', reports
assert types.index('platform.start') < types.index('platform.runtimeDone') < types.index('platform.report'), types

functions.update_function_configuration(FunctionName='watched', Description='another revision')
eventually('watched', 'told of SHUTDOWN spindown')
eventually('watched', 'shell was told: {"eventType":"SHUTDOWN","shutdownReason":"spindown"')

# A time-out resets the instance, and its extensions are told why.
create('slow', [both], Timeout=1)
answer, error = invoke('slow', b'{"sleep": 30}')
assert error == 'Unhandled' and 'Task timed out after 1.00 seconds' in answer['errorMessage'], answer
eventually('slow', 'told of SHUTDOWN timeout')
answer, error = invoke('slow')
assert error is None, answer

# An internal extension is a part of the runtime's process: it hears of the end by SIGTERM.
create('inside', [], 'nodejs20.x', 'index.handler', zipped({'index.mjs': '''
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2020-01-01/extension`;
const register = (events) => fetch(`${api}/register`,
  { method: 'POST', headers: { 'Lambda-Extension-Name': 'mine' }, body: JSON.stringify({ events }) });
const refused = await register(['SHUTDOWN']);
const registered = await register(['INVOKE']);
const me = { 'Lambda-Extension-Identifier': registered.headers.get('lambda-extension-identifier') };
const heard = [];
(async () => {
  for (;;) heard.push((await (await fetch(`${api}/event/next`, { headers: me })).json()).requestId);
})();
process.on('SIGTERM', () => {
  console.log(`the end, after ${heard.length}`);
  process.exit(0);
});
export const handler = async (event, context) => {
  while (!heard.includes(context.awsRequestId)) await new Promise((done) => setTimeout(done, 1));
  return { refused: [refused.status, (await refused.json().catch(() => ({}))).errorType], registered: registered.status };
};
'''}))
answer, error = invoke('inside')
assert error is None and answer == {'refused': [403, 'Extension.InvalidEventType'], 'registered': 200}, answer
functions.update_function_configuration(FunctionName='inside', Description='another revision')
eventually('inside', 'the end, after 1')

# One that ends fails the start, and says so; the function is not run.
create('broken', [layer('broken', {'extensions/broken': '#!/bin/sh\necho going; exit 3\n'})])
answer, error = invoke('broken')
assert error == 'Unhandled' and answer['errorType'] == 'Extension.Crash' and 'exit status 3' in answer['errorMessage'], answer
assert 'going' in eventually('broken', 'EXTENSION\tName: broken\tState: Exited\tEvents: []\tError Type: Extension.Crash')

# A wrapper, as those of OpenTelemetry's layers are written: it changes the environment, the handler too, and ends in exec.
wrapper = layer('wrapper', {
    'otel-handler': '#!/bin/bash\nexport ORIG_HANDLER="$_HANDLER" _HANDLER="wrapped.handler" PYTHONPATH="/opt/python:${PYTHONPATH:-}" SEEN="$*"\nexec "$@"\n',
    'python/wrapped.py': '''
import importlib, os
module, _, function = os.environ['ORIG_HANDLER'].rpartition('.')
inner = getattr(importlib.import_module(module), function)
def handler(event, context):
    return {'wrapped': inner(event, context), 'command': os.environ['SEEN']}
''',
    'hook.js': 'globalThis.hooked = process.env._HANDLER;\n',
    'otel-node': '#!/bin/sh\nexport NODE_OPTIONS="${NODE_OPTIONS} --require /opt/hook.js"\nexec "$@"\n',
})
create('wrapped', [wrapper], Environment={'Variables': {'AWS_LAMBDA_EXEC_WRAPPER': '/opt/otel-handler', 'COLOR': 'red'}})
answer, error = invoke('wrapped')
assert error is None and answer['wrapped']['color'] == 'red' and 'bootstrap.py' in answer['command'], answer
create('wrapped-node', [wrapper, both], 'nodejs20.x', 'index.handler', zipped({'index.js': 'exports.handler = async () => globalThis.hooked;'}),
       Environment={'Variables': {'AWS_LAMBDA_EXEC_WRAPPER': '/opt/otel-node'}})
assert invoke('wrapped-node') == ('index.handler', None), invoke('wrapped-node')
create('wrapped-own', [wrapper], 'provided.al2023', 'any', zipped({'bootstrap': '''#!/bin/bash
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  id=$(curl -sS -D - -o /dev/null "$api/next" | tr -d '\\r' | awk 'tolower($1) == "lambda-runtime-aws-request-id:" { print $2 }')
  curl -sS -o /dev/null -X POST "$api/$id/response" -d "\\"$ORIG_HANDLER\\""
done
'''}), Environment={'Variables': {'AWS_LAMBDA_EXEC_WRAPPER': '/opt/otel-handler'}})
assert invoke('wrapped-own') == ('any', None), invoke('wrapped-own')
# A wrapper that runs a program of its own in the runtime's place, which asks the Runtime API: as web adapters do. It names files of the
# function's by their place in it.
create('replaced', [layer('replacing', {'bootstrap': '''#!/bin/bash
echo "it says $(cat words.txt)"
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  id=$(curl -sS -D - -o /dev/null "$api/next" | tr -d '\\r' | awk 'tolower($1) == "lambda-runtime-aws-request-id:" { print $2 }')
  curl -sS -o /dev/null -X POST "$api/$id/response" -d "\\"instead of $_HANDLER\\""
done
'''})], 'nodejs20.x', 'run.sh', zipped({'words.txt': 'all is well'}),
       Environment={'Variables': {'AWS_LAMBDA_EXEC_WRAPPER': '/opt/bootstrap'}})
assert invoke('replaced') == ('instead of run.sh', None), invoke('replaced')
eventually('replaced', 'it says all is well')
create('no-wrapper', [], Environment={'Variables': {'AWS_LAMBDA_EXEC_WRAPPER': '/opt/missing'}})
answer, error = invoke('no-wrapper')
assert error == 'Unhandled' and answer['errorType'] == 'Runtime.InvalidEntrypoint' and '/opt/missing' in answer['errorMessage'], answer
print('ok')
