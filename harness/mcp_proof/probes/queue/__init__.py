"""Queue: what a server finds in its list besides good requests."""
