"""Requests on a list of Redis, responses under keys, events on channels."""
