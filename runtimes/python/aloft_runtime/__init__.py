"""What runs in a sandbox for Python functions. The package's name keeps its modules apart from the function's own."""
