"""What several functions share: published once, as a layer."""
from collections import Counter


def count(text):
    return dict(Counter(text.split()).most_common())
