"""Answers the handshake, then nothing more, and ignores SIGTERM and the end of its input."""

import signal
import sys
import time

import conversation

signal.signal(signal.SIGTERM, signal.SIG_IGN)
for line in sys.stdin:
    reply = conversation.answer(line)
    if reply is not None:
        conversation.say(reply)
        sys.stdout.flush()
    if "initialized" in line:
        break
while True:
    time.sleep(1)
