"""The mock over Streamable HTTP: bytes, requests, sessions and streams, both eras on one path."""
