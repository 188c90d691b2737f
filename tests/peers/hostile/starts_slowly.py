"""Conforms, once it has loaded all it needs; it takes a moment to put that away, too."""

import time

import conversation

time.sleep(1.5)
conversation.serve()
time.sleep(0.5)
