"""A driven server as an OpenAPI application: each of its tools is an operation."""
