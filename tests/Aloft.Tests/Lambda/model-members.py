"""Writes members.txt from the API model that botocore carries: python3 model-members.py > members.txt"""

import botocore.loaders

model = botocore.loaders.create_loader().load_service_model("lambda", "service-2")
shapes = model["shapes"]
SIGNS = {"querystring": "?", "header": "@"}


def structures(members, path):
    """Every structure below these members."""
    for name, member in members.items():
        shape = shapes[member["shape"]]
        if shape["type"] == "structure":
            yield f"{path}.{name}"
            yield from structures(shape["members"], f"{path}.{name}")


print(f"# {model['metadata']['serviceFullName']}: operation, ?query, @header, .structure of the body; by model-members.py")
for operation, description in sorted(model["operations"].items()):
    input_shape = shapes[description["input"]["shape"]] if "input" in description else {"members": {}}
    body = {name: member for name, member in input_shape["members"].items() if "location" not in member}
    outside = [
        SIGNS[member["location"]] + member["locationName"]
        for member in input_shape["members"].values()
        if member.get("location") in SIGNS
    ]
    has_body = ["."] if body and "payload" not in input_shape and description["http"]["method"] in ("POST", "PUT") else []
    print(operation, *outside, *has_body, *structures(body, ""))
