"""Faults of Streamable HTTP servers, named like the rules' modules."""
