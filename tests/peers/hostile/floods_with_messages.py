"""Sends good notifications for ever, without listening."""

import sys

while True:
    sys.stdout.write('{"jsonrpc":"2.0","method":"notifications/message","params":{"data":1}}\n')
