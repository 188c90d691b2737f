"""Stimuli about the tasks of 2025-11-25."""
