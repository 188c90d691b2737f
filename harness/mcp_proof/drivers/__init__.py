"""Ready drivers: programs that let a client library do what a scenario wishes.

`mcp-proof judge -- python {drivers}/python_sdk2.py {url}` runs one in whatever environment has the
library; each needs nothing of mcp-proof but the file `driving` beside it.
"""
