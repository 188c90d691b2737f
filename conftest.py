"""Shared by every test: the Hypothesis profile, and pytest for tests of the plugin."""

from hypothesis import settings

settings.register_profile("tests", deadline=None, derandomize=True)
settings.load_profile("tests")

pytest_plugins = ["pytester"]
