"""Stimuli for the sections of Streamable HTTP, named like the rules' modules."""
