"""Locust, as it runs the users: alone, as master, as worker."""
