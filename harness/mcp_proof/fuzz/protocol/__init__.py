"""Fuzzing below the tools: JSON, JSON-RPC and framing that are wrong, made of messages that are right.

A server answers properly or closes cleanly, and goes on to answer what is right.
"""
