"""What a run may cost: limits, absolute or relative to a saved run, and whether they were kept."""
