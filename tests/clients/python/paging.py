"""boto3's paginators by small pages."""
from _start import client, create

functions, logs = client('lambda'), client('logs')
names = [f'page-{n:02}' for n in range(13)]
for name in names:
    create(functions, name, wait=False)

pages = list(functions.get_paginator('list_functions').paginate(PaginationConfig={'PageSize': 5}))
assert [len(page['Functions']) for page in pages] == [5, 5, 3], [len(page['Functions']) for page in pages]
assert sorted(f['FunctionName'] for page in pages for f in page['Functions']) == names, pages

for name in names:
    logs.create_log_group(logGroupName=f'/page/{name}')
pages = list(logs.get_paginator('describe_log_groups').paginate(logGroupNamePrefix='/page/', PaginationConfig={'PageSize': 4}))
assert [g['logGroupName'] for page in pages for g in page['logGroups']] == [f'/page/{name}' for name in names], pages
assert len(pages) >= 4, len(pages)
