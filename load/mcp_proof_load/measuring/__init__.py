"""What is counted of calls, and how."""
