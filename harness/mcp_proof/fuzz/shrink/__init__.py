"""Make the input of a failure as small as it can be while it still fails."""
