"""What must not be shown: how it is known, wherever it was given, and how it is hidden."""
