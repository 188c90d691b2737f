"""Stimuli about subscriptions of 2026-07-28."""
