"""Layers: modules for Python and Node, one over another at /opt, a library, a tool, a bootstrap; gone for others, kept by functions."""
import io
import json
import urllib.request
import zipfile

from _start import ACCOUNT, ROLE, client, refused

functions = client('lambda')


def zipped(files):
    """Of executable files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, 'w') as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
    return content.getvalue()


def publish(name, zip_file, **more):
    return functions.publish_layer_version(LayerName=name, Content={'ZipFile': zip_file}, **more)['LayerVersionArn']


def create(name, runtime, handler, code, layers):
    functions.create_function(
        FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE, Code={'ZipFile': code}, Layers=layers, Timeout=20, MemorySize=256)
    functions.get_waiter('function_active_v2').wait(FunctionName=name, WaiterConfig={'Delay': 1, 'MaxAttempts': 20})


def invoke(name):
    answer = functions.invoke(FunctionName=name, Payload=b'{}')
    payload = json.load(answer['Payload'])
    assert 'FunctionError' not in answer, payload
    return payload


first_zip = zipped({
    'python/shared.py': 'NAME = "first"\n',
    'python/lib/python3.11/site-packages/deep.py': 'NAME = "deep"\n',
    'nodejs/node_modules/shared/index.js': 'exports.name = "first";\n',
    'nodejs/node20/node_modules/twenty/index.js': 'exports.name = "twenty";\n',
    'bin/greet': '#!/bin/sh\necho "greetings"\n',
    'config.txt': 'first',
})
first = publish('first', first_zip, CompatibleRuntimes=['python3.11', 'nodejs20.x'], Description='modules')
second = publish('second', zipped({'python/shared.py': 'NAME = "second"\n', 'config.txt': 'second'}), CompatibleRuntimes=['python3.11'])
assert first == f'arn:aws:lambda:us-east-1:{ACCOUNT}:layer:first:1', first

python = zipped({'app.py': '''
import subprocess
import shared, deep

def handler(event, context):
    greeting = subprocess.run(['greet'], capture_output=True, text=True, check=True).stdout.strip()
    return {'shared': shared.NAME, 'deep': deep.NAME, 'config': open('/opt/config.txt').read(), 'greeting': greeting}
'''})
create('python', 'python3.11', 'app.handler', python, [first, second])
assert invoke('python') == {'shared': 'second', 'deep': 'deep', 'config': 'second', 'greeting': 'greetings'}
shown = functions.get_function_configuration(FunctionName='python')['Layers']
assert [layer['Arn'] for layer in shown] == [first, second] and shown[0]['CodeSize'] == len(first_zip), shown

node = zipped({'index.js': '''
const fs = require('fs');
exports.handler = async () => {
  let write;
  try { fs.writeFileSync('/opt/config.txt', 'x'); } catch (error) { write = error.code; }
  return { shared: require('shared').name, twenty: require('twenty').name, config: fs.readFileSync('/opt/config.txt', 'utf8'), write };
};
'''})
create('node', 'nodejs20.x', 'index.handler', node, [second, first])
answer = invoke('node')
assert answer.pop('write') in ('EROFS', 'EACCES'), answer
assert answer == {'shared': 'first', 'twenty': 'twenty', 'config': 'first'}, answer

functions.update_function_configuration(FunctionName='python', Layers=[second, first])
functions.get_waiter('function_updated_v2').wait(FunctionName='python', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
assert invoke('python')['shared'] == 'first', 'the order did not change'

bootstrap = publish('bootstrap', zipped({'bootstrap': '''#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  id=$(curl -sS -D - -o /dev/null "$api/next" | sed -n 's/^lambda-runtime-aws-request-id: *\\([^\\r]*\\).*/\\1/Ip')
  curl -sS -X POST --data-binary "\\"$_HANDLER in $(pwd)\\"" "$api/$id/response" > /dev/null
done
'''}))
create('custom', 'provided.al2023', 'mine', zipped({'data': 'x'}), [bootstrap])
assert invoke('custom') == 'mine in /var/task'

# What a layer is, to its owner and to others.
got = functions.get_layer_version(LayerName='first', VersionNumber=1)
by_arn = functions.get_layer_version_by_arn(Arn=first)
assert got['LayerVersionArn'] == by_arn['LayerVersionArn'] == first and got['Description'] == 'modules', got
with urllib.request.urlopen(by_arn['Content']['Location']) as download:
    assert download.read() == first_zip
layers = [layer for page in functions.get_paginator('list_layers').paginate(PaginationConfig={'PageSize': 1}) for layer in page['Layers']]
assert [layer['LayerName'] for layer in layers] == ['bootstrap', 'first', 'second'], layers
fitting = functions.list_layers(CompatibleRuntime='nodejs20.x')['Layers']
assert [layer['LatestMatchingVersion']['LayerVersionArn'] for layer in fitting] == [first], fitting

added = functions.add_layer_version_permission(
    LayerName='first', VersionNumber=1, StatementId='all', Action='lambda:GetLayerVersion', Principal='*')
policy = functions.get_layer_version_policy(LayerName='first', VersionNumber=1)
assert json.loads(policy['Policy'])['Statement'] == [json.loads(added['Statement'])], policy
functions.remove_layer_version_permission(LayerName='first', VersionNumber=1, StatementId='all', RevisionId=policy['RevisionId'])
refused('ResourceNotFoundException', functions.get_layer_version_policy, LayerName='first', VersionNumber=1)

functions.delete_layer_version(LayerName='first', VersionNumber=1)
refused('ResourceNotFoundException', functions.get_layer_version, LayerName='first', VersionNumber=1)
refused('InvalidParameterValueException', functions.update_function_configuration, FunctionName='node', Layers=[first])
functions.update_function_configuration(FunctionName='node', Description='a new instance')
functions.get_waiter('function_updated_v2').wait(FunctionName='node', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
assert invoke('node')['shared'] == 'first', 'a deleted layer version left its function'
versions = [publish('first', first_zip) for _ in range(3)]
assert versions[0].endswith(':first:2'), versions
numbers = [v['Version'] for page in functions.get_paginator('list_layer_versions').paginate(LayerName='first', PaginationConfig={'PageSize': 2})
           for v in page['LayerVersions']]
assert numbers == [4, 3, 2], numbers
