"""Runs on and on, and never connects."""

import threading

threading.Event().wait()
