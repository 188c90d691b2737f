"""Says something every now and then, for minutes."""

import http.client
import sys
import threading
from urllib.parse import urlsplit

never = threading.Event()
while not never.wait(0.1):
    connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc)
    connection.request("POST", "/mcp", b"{}", {"Content-Type": "application/json"})
    connection.getresponse().read()
