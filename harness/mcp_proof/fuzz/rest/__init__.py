"""Servers that an OpenAPI document describes, tried by Schemathesis' own phases and checks."""
