"""A client that keeps every rule, and breaks one on request: the counterpart of the mock server.

It cites a rule's id wherever it obeys it (`keeps("mrtr-client-new-id")`), so that a fault can
suspend exactly that duty.
"""
