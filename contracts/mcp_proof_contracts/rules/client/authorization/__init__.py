"""Authorization: what clients do on their way to a token, and with it.

It is optional: of a client that takes no step towards a token nothing here is tested. Only a judge
sees what is looked at; in recorded traffic the secrets are hidden by which the steps hang together.
"""
