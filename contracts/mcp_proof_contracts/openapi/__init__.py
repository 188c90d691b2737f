"""OpenAPI documents of the dialects: how they are made, and how they are read."""
