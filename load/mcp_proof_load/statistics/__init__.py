"""Tests that tell a change from noise: one file each."""
