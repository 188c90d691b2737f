"""How the mock client's messages get to a server."""
