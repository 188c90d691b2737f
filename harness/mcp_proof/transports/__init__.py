"""The only client-side I/O: byte streams to a peer, every byte of interest recorded."""
