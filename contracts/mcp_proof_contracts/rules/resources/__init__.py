"""The page Resources: lists and templates, reading, and subscriptions."""
