"""What AWS refuses, boto3 shows as the same modelled error."""
from _start import ROLE, client, create, package, refused

functions, sts, logs = client('lambda'), client('sts'), client('logs')
code = {'ZipFile': package('node.zip')}
good = {'FunctionName': 'any', 'Runtime': 'nodejs20.x', 'Handler': 'index.handler', 'Role': ROLE, 'Code': code}

refused('InvalidParameterValueException', functions.create_function, **{**good, 'Code': {'ZipFile': b'not a zip'}})
refused('InvalidParameterValueException', functions.create_function, **{**good, 'Runtime': 'cobol1'})
refused('ValidationException', functions.create_function, **{**good, 'Role': 'nobody'})
refused('ValidationException', functions.create_function, **{**good, 'FunctionName': 'no spaces allowed'})
refused('ValidationException', functions.create_function, **{**good, 'Timeout': 901})
refused('ValidationException', functions.create_function, **{**good, 'MemorySize': 10241})
refused('InvalidParameterValueException', functions.create_function, **{**good, 'Environment': {'Variables': {'AWS_REGION': 'mars'}}})
refused('InvalidParameterValueException', functions.create_function, **{**good, 'Environment': {'Variables': {'BIG': 'x' * 4097}}})
refused('ValidationException', functions.create_function, **{**good, 'Layers': ['arn:aws:lambda:us-east-1:1:layer:l:1']})

create(functions, 'any')
conflict = refused('ResourceConflictException', functions.create_function, **good)
assert conflict['Error']['Message'] == 'Function already exist: any', conflict
mapping = {'FunctionName': 'any', 'EventSourceArn': 'arn:aws:sqs:us-east-1:000000000000:queue'}
unsupported = refused('UnsupportedOperationException', functions.create_event_source_mapping, **mapping)
assert 'CreateEventSourceMapping' in unsupported['Error']['Message'], unsupported
assert functions.list_event_source_mappings(FunctionName='any')['EventSourceMappings'] == []
refused('ResourceNotFoundException', functions.get_event_source_mapping, UUID='5f1bb0b4-1a5e-4a5e-9b0e-000000000000')
refused('UnsupportedOperationException', sts.decode_authorization_message, EncodedMessage='x')
refused('ResourceNotFoundException', logs.get_log_events, logGroupName='/none', logStreamName='none')
