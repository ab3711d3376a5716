from words import count  # /opt/python/words.py, from the layer


def lambda_handler(event, context):
    return count(event['text'])
