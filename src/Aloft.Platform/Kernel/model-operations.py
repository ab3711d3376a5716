"""Writes a service's model.txt from the API model that botocore carries: python3 model-operations.py lambda > ../Lambda/model.txt"""

import sys

import botocore.loaders

service = sys.argv[1]
model = botocore.loaders.create_loader().load_service_model(service, "service-2")
has_routes = model["metadata"]["protocol"] in ("rest-json", "rest-xml")

print(f"# {model['metadata']['serviceFullName']} {model['metadata']['apiVersion']}: its operations, by model-operations.py")
for name, operation in sorted(model["operations"].items()):
    http = operation["http"]
    print(f"{name} {http['method']} {http['requestUri']}" if has_routes else name)
