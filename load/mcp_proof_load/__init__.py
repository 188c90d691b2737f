"""Load runs: locust users that speak MCP, profiles, budgets, and what is wrong under load."""
