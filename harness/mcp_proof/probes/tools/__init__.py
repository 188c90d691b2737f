"""Stimuli about tools: listings, and calls that are wrong in one respect."""
