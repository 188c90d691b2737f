"""The JSON-RPC envelope of every message (basic, Messages)."""
