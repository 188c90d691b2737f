"""Conforms, once it has loaded all it needs."""

import time

import conversation

time.sleep(1.5)
conversation.serve()
