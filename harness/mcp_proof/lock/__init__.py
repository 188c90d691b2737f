"""The contract file of a server: what it offers, frozen; and what a client needs of it."""
