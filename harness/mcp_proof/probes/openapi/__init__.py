"""JSON-RPC described by an OpenAPI document: credentials and resources that must be refused."""
