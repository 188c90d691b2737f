"""Servers whose tasks of 2025-11-25 are not what clients may rely on."""
