"""Utilities, Tasks: the experiment of 2025-11-25, in which clients ask for tasks."""
