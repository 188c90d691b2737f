"""What is trusted over TLS."""

import os
import ssl
from functools import cache
from typing import Final

import httpx2

from mcp_proof.errors import UsageError

NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For URLs without TLS, which must not depend on what the machine trusts."""


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of this machine, or those that SSL_CERT_FILE or SSL_CERT_DIR name.

    Loaded once: that takes longer than many a conversation.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        where = os.environ.get("SSL_CERT_FILE", "this machine")
        raise UsageError(f"cannot load the certificates of {where}: {error}") from error
