"""Complains and exits before it connects."""

import sys

sys.exit("the key ring is locked")
