"""Fuzzing below the tools: wrong JSON, JSON-RPC and framing, made of messages that are right.

A server answers properly or closes cleanly, and goes on to answer what is right.
"""
