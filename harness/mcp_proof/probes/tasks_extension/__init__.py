"""Stimuli about the tasks extension: calls that become tasks, and what is asked of these."""
