"""The reports of load runs, one module per format."""
