"""Stimuli for servers that speak over WebSockets."""
