"""Authorization over HTTP: who may ask a server, and how clients find out what that takes.

It is optional: of a server that serves everybody nothing here is tested. Whoever gives mcp-proof a
bearer token says that the server takes one.
"""
