"""Stimuli about who may ask a server over HTTP, and how clients find out what that takes."""
