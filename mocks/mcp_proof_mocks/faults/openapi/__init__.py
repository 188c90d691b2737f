"""Servers whose OpenAPI document is wrong, or that do not keep to it."""
