"""Stimuli about resources: lists, reads that are wrong in one respect, and changes."""
