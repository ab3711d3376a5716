"""Regions and accounts do not see each other."""
import boto3
from _start import ACCOUNT, ENDPOINT, client, create, refused

functions = client('lambda')
create(functions, 'here')
elsewhere = boto3.client('lambda', endpoint_url=ENDPOINT, region_name='eu-west-1')
assert elsewhere.list_functions()['Functions'] == []
china = boto3.client('lambda', endpoint_url=ENDPOINT, region_name='cn-north-1')
arn = create(china, 'there')['FunctionArn']
assert arn == f'arn:aws-cn:lambda:cn-north-1:{ACCOUNT}:function:there', arn
assert china.get_function(FunctionName=arn)['Configuration']['FunctionArn'] == arn
identity = boto3.client('sts', endpoint_url=ENDPOINT, region_name='cn-north-1').get_caller_identity()
assert identity['Arn'] == f'arn:aws-cn:iam::{ACCOUNT}:root', identity
refused('ResourceNotFoundException', china.get_function, FunctionName=arn.replace('aws-cn', 'aws'))
other = str(int(ACCOUNT) + 500_000)
stranger = boto3.client('lambda', endpoint_url=ENDPOINT, aws_access_key_id=other, aws_secret_access_key='x')
assert stranger.list_functions()['Functions'] == []
assert create(elsewhere, 'here')['FunctionArn'].split(':')[3] == 'eu-west-1'
assert boto3.client('sts', endpoint_url=ENDPOINT, aws_access_key_id=other, aws_secret_access_key='x').get_caller_identity()['Account'] == other
