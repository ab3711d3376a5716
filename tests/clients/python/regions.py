"""Regions and accounts do not see each other."""
import boto3
from _start import ACCOUNT, ENDPOINT, client, create

functions = client('lambda')
create(functions, 'here')
elsewhere = boto3.client('lambda', endpoint_url=ENDPOINT, region_name='eu-west-1')
assert elsewhere.list_functions()['Functions'] == []
other = str(int(ACCOUNT) + 500_000)
stranger = boto3.client('lambda', endpoint_url=ENDPOINT, aws_access_key_id=other, aws_secret_access_key='x')
assert stranger.list_functions()['Functions'] == []
assert create(elsewhere, 'here')['FunctionArn'].split(':')[3] == 'eu-west-1'
assert boto3.client('sts', endpoint_url=ENDPOINT, aws_access_key_id=other, aws_secret_access_key='x').get_caller_identity()['Account'] == other
