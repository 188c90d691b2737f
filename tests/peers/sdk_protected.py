"""A resource server of OAuth, built on the official Python SDK: `sdk_protected.py PORT`.

It runs with the SDK's own interpreter, not with the project's.
"""

import sys

from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.types import ToolAnnotations

PORT = int(sys.argv[1])
HERE = f"http://127.0.0.1:{PORT}/mcp"


class Verifier:
    """Knows a few tokens by what is wrong with them."""

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return what a token stands for."""
        if token not in ("good-token", "little-token", "expired-token", "foreign-token"):
            return None
        return AccessToken(
            token=token,
            client_id="somebody",
            scopes=[] if token == "little-token" else ["notes"],  # its name
            expires_at=1000 if token == "expired-token" else None,
            resource="https://another.example/mcp" if token == "foreign-token" else HERE,
        )


settings = AuthSettings(
    issuer_url="http://127.0.0.1:9/",
    resource_server_url=HERE,
    required_scopes=["notes"],
    validate_token_resource=True,
)
server = MCPServer("protected", version="1.0.0", token_verifier=Verifier(), auth=settings)


@server.tool(annotations=ToolAnnotations(readOnlyHint=True))
def echo(message: str) -> str:
    """Return the message."""
    return message


server.run(transport="streamable-http", port=PORT, host="127.0.0.1")
