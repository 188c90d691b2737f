"""What clients have to keep, one module per page of the specification."""
