"""A recorder between a client and a server: all that crosses is passed on, and kept in a file."""
