"""HTTP statuses by what they say of a request, in whatever dialect; `no_entry` has further ones."""

from http import HTTPStatus
from typing import Final

CLIENT_ERRORS: Final = range(HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""How a server refuses what is not of the documented form."""
NOT_SERVED: Final = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)
"""How a server says that it does not do what it need not do."""
LATER: Final = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
"""How a server says that it, or one behind it, cannot serve for the moment."""
