"""Never connects, and ignores SIGTERM; so does its child."""

import os
import signal
import threading

signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
threading.Event().wait()
