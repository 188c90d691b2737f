"""The mock over HTTP: bytes, requests, sessions and streams, both eras on one path, HTTP+SSE."""
