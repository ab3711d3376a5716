"""Every waiter of the model, and every paginator of an operation that is served, by pages smaller than what there is."""
from _start import client, create, package, refused

functions = client('lambda')

# Waiters: what each waits for comes, and what never comes is an error.
create(functions, 'waited', wait=False)
for waiter in ('function_exists', 'function_active', 'function_active_v2'):
    functions.get_waiter(waiter).wait(FunctionName='waited', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
functions.update_function_code(FunctionName='waited', ZipFile=package('node2.zip'))
for waiter in ('function_updated', 'function_updated_v2'):
    functions.get_waiter(waiter).wait(FunctionName='waited', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
functions.publish_version(FunctionName='waited')
functions.get_waiter('published_version_active').wait(FunctionName='waited', Qualifier='1', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
known = {'function_active', 'function_active_v2', 'function_exists', 'function_updated', 'function_updated_v2', 'published_version_active'}
assert set(functions.waiter_names) == known, functions.waiter_names
try:
    functions.get_waiter('function_exists').wait(FunctionName='nobody', WaiterConfig={'Delay': 0, 'MaxAttempts': 2})
    raise SystemExit('a function that does not exist was waited for')
except Exception as error:
    assert type(error).__name__ == 'WaiterError', error

# Something of everything that is listed in pages.
for number in range(3, 8):
    functions.update_function_configuration(FunctionName='waited', Description=f'number {number}')
    functions.get_waiter('function_updated_v2').wait(FunctionName='waited', WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
    version = functions.publish_version(FunctionName='waited')['Version']
    functions.create_alias(FunctionName='waited', Name=f'alias-{number}', FunctionVersion=version)
    functions.create_function_url_config(FunctionName='waited', Qualifier=f'alias-{number}', AuthType='NONE')
    functions.put_function_event_invoke_config(FunctionName='waited', Qualifier=f'alias-{number}', MaximumRetryAttempts=number % 3)
    create(functions, f'listed-{number}', wait=False)
    functions.publish_layer_version(LayerName=f'layer-{number}', Content={'ZipFile': package('node.zip')})
    functions.publish_layer_version(LayerName='layer', Content={'ZipFile': package('node.zip')})

of_function = {'FunctionName': 'waited'}
EXPECTED = {  # paginator: parameters, the member with the items, how many there are
    'list_functions': ({}, 'Functions', 6),
    'list_versions_by_function': (of_function, 'Versions', 7),
    'list_aliases': (of_function, 'Aliases', 5),
    'list_function_url_configs': (of_function, 'FunctionUrlConfigs', 5),
    'list_function_event_invoke_configs': (of_function, 'FunctionEventInvokeConfigs', 5),
    'list_event_source_mappings': (of_function, 'EventSourceMappings', 0),
    'list_code_signing_configs': ({}, 'CodeSigningConfigs', 0),
    'list_layers': ({}, 'Layers', 6),
    'list_layer_versions': ({'LayerName': 'layer'}, 'LayerVersions', 5),
}
for name, (parameters, member, count) in EXPECTED.items():
    for size in (1, 2, 3, 50):
        pages = list(functions.get_paginator(name).paginate(**parameters, PaginationConfig={'PageSize': size}))
        items = [str(item) for page in pages for item in page[member]]
        assert len(items) == len(set(items)) == count, (name, size, items)
        assert len(pages) in (-(-count // size), -(-count // size) + 1), (name, size, len(pages))
    if count == 0:
        continue
    limited = functions.get_paginator(name).paginate(**parameters, PaginationConfig={'MaxItems': 2, 'PageSize': 1}).build_full_result()
    assert len(limited[member]) == 2 and limited['NextToken'], (name, limited)

# What can be paged through in AWS and is not named above is an operation that is not served, and says so.
for operation in functions.meta.service_model.operation_names:
    method = next(method for method, api in functions.meta.method_to_api_mapping.items() if api == operation)
    if not functions.can_paginate(method) or method in EXPECTED or 'provisioned' in method:
        continue
    needed = {name: 'arn:aws:lambda:us-east-1:111122223333:code-signing-config:csc-0123456789abcdefg'
              for name in functions.meta.service_model.operation_model(operation).input_shape.required_members}
    error = refused('UnsupportedOperationException', getattr(functions, method), **needed)
    assert operation in error['Error']['Message'], error
