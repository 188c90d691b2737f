"""Starts a child that inherits its output, then exits at once."""

import subprocess
import sys

subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
sys.exit(1)
