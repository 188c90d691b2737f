"""What users do: one file for each kind, all of them locust users."""
