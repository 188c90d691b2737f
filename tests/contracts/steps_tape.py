"""The steps of a client towards a token, written by hand."""

from typing import Any

from tape import Tape

from mcp_proof_contracts.transcript import EventKind, Sender

BASE = "http://127.0.0.1:3001"
RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"


class Steps(Tape):
    """Steps as they are added; each method returns the tape."""

    def __init__(self) -> None:
        super().__init__("http", Sender.CLIENT)

    def step(self, step: str, url: str = "", status: int = 200, **data: Any) -> "Steps":
        whole = url if "://" in url else f"{BASE}{url}"
        told = {"step": step, "method": "POST", "url": whole, "status": status, **data}
        self.add(EventKind.AUTHORIZATION, Sender.CLIENT, channel="authorization", data=told)
        return self

    def given(self, **known: str) -> "Steps":
        return self.step("given", parameters=known)

    def request(self, status: int = 200, token: str = "", **data: Any) -> "Steps":
        said = {"message": "tools/list", "scheme": "bearer" if token else "", **data}
        return self.step("request", "/mcp", status, token=token, **said)

    def refused(self, token: str = "", status: int = 401, **challenge: str) -> "Steps":
        return self.request(status, token, challenge={"scheme": "bearer", **challenge})

    def insufficient(self, scope: str, tool: str = "echo") -> "Steps":
        challenge = {"scheme": "bearer", "error": "insufficient_scope", "scope": scope}
        asked = {"message": "tools/call", "tool": tool}
        return self.request(403, "token-1", challenge=challenge, **asked)

    def resource(self, path: str = f"{RESOURCE}/mcp", status: int = 200, **more: Any) -> "Steps":
        document = {"resource": f"{BASE}/mcp", "authorization_servers": [BASE], **more}
        return self.step(
            "resource-metadata", path, status, answer=document if status == 200 else {}
        )

    def server(self, path: str = SERVER, status: int = 200, **more: Any) -> "Steps":
        document = {"issuer": BASE, "code_challenge_methods_supported": ["S256"], **more}
        return self.step("server-metadata", path, status, answer=document if status == 200 else {})

    def register(self, base: str = "", name: str = "client-1", **said: Any) -> "Steps":
        answer = {"client_id": name, "token_endpoint_auth_method": "none"}
        return self.step("registration", f"{base}/register", 201, parameters=said, answer=answer)

    def authorize(self, base: str = "", number: int = 1, **more: Any) -> "Steps":
        answer = {"code": f"code-{number}", "state": "state-1", **more.pop("answer", {})}
        asked = {"client_id": "client-1", "state": "state-1", "code_challenge": "challenge-1"}
        asked |= {"code_challenge_method": "S256", "resource": f"{BASE}/mcp", **more}
        return self.step("authorization", f"{base}/authorize", 302, parameters=asked, answer=answer)

    def redeem(self, base: str = "", number: int = 1, **more: Any) -> "Steps":
        form = {"grant_type": "authorization_code", "code": f"code-{number}"}
        form |= {"client_id": "client-1", "code_verifier": "v", "verifies": "challenge-1"}
        form |= {"authentication": "none", "resource": f"{BASE}/mcp", **more}
        issued = {"access_token": f"token-{number}"}
        return self.step("token", f"{base}/token", parameters=form, answer=issued)

    def flow(self) -> "Steps":
        """Go the whole way."""
        return self.refused().resource().server().register().authorize().redeem()

    def ended(self, how: str = "exit") -> "Steps":
        self.of_client(EventKind.CLOSE, {"how": how})
        return self
