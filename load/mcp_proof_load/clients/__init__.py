"""Lean clients for users under gevent: one file for each way to speak to a server.

They send and receive, and know no rules, no statistics and nothing of locust.
"""
