"""Answers everything but tools/list."""

import conversation

conversation.serve(silent_about="tools/list")
