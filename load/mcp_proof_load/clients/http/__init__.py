"""HTTP/1.1 as a client under load needs it: one kept connection, one request at a time."""
