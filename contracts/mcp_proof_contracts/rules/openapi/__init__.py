"""JSON-RPC described by an OpenAPI document: what docs/dialects/openapi-jsonrpc.md demands."""
