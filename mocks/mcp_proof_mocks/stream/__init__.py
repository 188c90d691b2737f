"""Faults on any byte stream: what they are, when they act, and the relays that carry them."""
