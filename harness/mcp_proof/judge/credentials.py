"""What clients authorize themselves with: hidden from then on, wherever they repeat it."""

from mcp_proof_contracts.secrets.given import secrets_in_headers
from mcp_proof_contracts.secrets.headers import is_secret_header
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.http.protocol import Application


def hiding_credentials(application: Application, mask: Mask) -> Application:
    """Return the application, behind what makes the mask know the credentials that come."""

    async def hidden(request: HttpRequest, responder: Responder) -> None:
        fields = {name: value for name, value in request.headers.items() if is_secret_header(name)}
        mask.hide(secrets_in_headers(fields).values)
        await application(request, responder)

    return hidden
