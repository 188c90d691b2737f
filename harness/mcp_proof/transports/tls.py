"""What is trusted over TLS."""

import ssl
from functools import cache

import httpx2


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of this machine, or those that SSL_CERT_FILE or SSL_CERT_DIR name.

    Made once: to load them takes longer than many a conversation.
    """
    return httpx2.create_ssl_context()
