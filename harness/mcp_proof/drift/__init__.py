"""Asks a live server what a recording asked, and compares the structure of the answers."""
