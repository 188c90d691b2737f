"""Sends pings without end."""

import http.client
import sys
from itertools import count
from urllib.parse import urlsplit

connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc)
for number in count():
    body = b'{"jsonrpc":"2.0","id":%d,"method":"ping"}' % number
    connection.request("POST", "/mcp", body, {"Content-Type": "application/json"})
    connection.getresponse().read()
