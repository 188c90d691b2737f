"""Stimuli about what servers do to users."""
