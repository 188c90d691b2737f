"""Shared by every test: the Hypothesis profile."""

from hypothesis import settings

settings.register_profile("tests", deadline=None, derandomize=True)
settings.load_profile("tests")
