"""Sends good notifications for ever, without listening."""

while True:
    print('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}')
