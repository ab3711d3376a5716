# https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
def lambda_handler(event, context):
    print("greeting", event.get("name"))
    return {
        "greeting": f"Hello, {event.get('name', 'world')}!",
        "requestId": context.aws_request_id,
    }
