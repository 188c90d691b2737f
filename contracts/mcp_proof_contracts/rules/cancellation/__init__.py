"""Cancellation: who may call a request off, and what becomes of it."""
