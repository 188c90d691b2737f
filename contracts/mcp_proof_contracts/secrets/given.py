"""What the user gave that is secret: in headers, a command, a URL, the environment.

A value that everybody could guess is no secret, and hiding it wherever it stands would take every
report apart: so it depends on what its name says and on what the value looks like.
"""

import re
import shlex
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_plus

from mcp_proof_contracts.secrets.known import known_secrets
from mcp_proof_contracts.secrets.mask import HIDDEN, Mask
from mcp_proof_contracts.secrets.names import may_name_a_secret, names_a_secret
from mcp_proof_contracts.secrets.values import is_commonplace, is_no_word, is_random, is_secretive

SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "digest", "token"})
"""What stands before the credential in an Authorization header."""
HEADER_OPTIONS: Final = frozenset({"-H", "--header", "--headers"})
OF_A_TEST: Final = "PYTEST_CURRENT_TEST"
"""The variable in which pytest names the running test, with all that it is about."""
SCRIPT_OPTION: Final = re.compile(r"-[a-z]*c")
"""What a shell or an interpreter takes a program by."""
LINE: Final = 16
"""Characters of the shortest line of a secret, such as a private key, that has several."""

_ASSIGNMENT: Final = re.compile(r"(-{0,2}[A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
_FIELD: Final = re.compile(r"([A-Za-z][\w-]*):\s*(.*)", re.DOTALL)
_NAMED: Final = re.compile(
    r"""(?<!\w)([A-Za-z_][\w-]*)["']?\s*[:=]\s*(["'])?(?:(?:bearer|basic|token)\s+)?"""
    r"""(?!\$[{(])(?(2)(?=((?:\\.|(?!\2).)+))|([^\s"'&,;}\])]+))""",
    re.IGNORECASE | re.DOTALL,
)
"""A name, and a value that stands in quotes, which may hold other names, or in none."""
_CREDENTIAL: Final = re.compile(r"\b(?:[Bb]earer|[Bb]asic)\s+((?=\S*\d)[\w.~+/=-]{8,})")
_USER_INFO: Final = re.compile(r"(?:(?<=//)|^(?=[^@]+:))([^/?#\s:@]*)(?::([^/?#\s]*))?@")
_PARAMETER: Final = re.compile(r"[?&;#]([^=&;#\s]+)=([^&;#\s]*)")
_SEGMENT: Final = re.compile(r"/([^/?#\s]+)")


@dataclass(frozen=True, slots=True, repr=False)
class GivenSecrets:
    """Values that must not be shown, and the headers that carry some."""

    values: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    """Names in lower case; what stands under them is hidden there, however short."""

    def __or__(self, other: "GivenSecrets") -> "GivenSecrets":
        """Return both together."""
        return GivenSecrets(self.values | other.values, self.headers | other.headers)


def secrets_in_headers(headers: Mapping[str, str]) -> GivenSecrets:
    """Return what HTTP headers hold, as far as it is no plain word."""
    found: set[str] = set()
    for name, value in headers.items():
        if _is_secret(name, value) or is_no_word(value):
            found |= _parts(name, value)
    return GivenSecrets(frozenset(found), frozenset(name.lower() for name in headers))


def secrets_in_cookies(value: str) -> Iterator[str]:
    """Yield the values of a Cookie header, or of the pair of a Set-Cookie header."""
    for pair in value.split(";"):
        name, _, text = pair.strip().partition("=")
        text = text.strip('"')
        if _is_secret(name, text) or is_no_word(text):
            yield text


def secrets_in_variables(variables: Mapping[str, str]) -> GivenSecrets:
    """Return what variables of an environment hold, by their names and by what they look like."""
    found: set[str] = set()
    for name, value in variables.items():
        if name == OF_A_TEST:
            continue
        if _is_secret(name, value):
            found |= _parts(name, value)
        found |= _in_text(value) if value.startswith(("-", "{", "[")) else _by_their_form(value)
    return GivenSecrets(frozenset(found))


def secrets_in_url(url: str) -> GivenSecrets:
    """Return user and password of a URL, parameters that look secret, random parts of the path.

    The text need not be a URL: whoever has mistyped one has given what is in it all the same.
    """
    found = {text for pair in _user_info(url) for text in pair if is_secretive(text)}
    for match in _PARAMETER.finditer(url):
        value = unquote_plus(match[2])
        if _is_secret(unquote_plus(match[1]), value) or is_random(value):
            found |= {match[2], value}
    path = url.partition("://")[2]
    found |= {match[1] for match in _SEGMENT.finditer(path) if is_random(match[1])}
    return GivenSecrets(frozenset(found))


def secrets_in_command(arguments: Iterable[str]) -> GivenSecrets:
    """Return what the arguments of a command hold: `--token X`, `-e API_KEY=X`, `-H 'Name: X'`."""
    found: set[str] = set()
    for plain, name, hidden in _parted(arguments):
        found |= _parts(name, hidden) | _in_text(plain) | _in_text(hidden)
        if is_random(plain):
            found.add(plain)
    return GivenSecrets(frozenset(found))


def shown_command(arguments: Sequence[str]) -> str:
    """Return a command line as it may be shown: placeholders stand for what is secret in it."""
    mask = Mask(secrets_in_command(arguments).values)
    shown = " ".join(_quoted(mask(plain), hidden) for plain, _, hidden in _parted(arguments))
    return shown.encode(errors="backslashreplace").decode()  # a file's name need not be UTF-8


def _quoted(plain: str, hidden: str) -> str:
    """Quote for a shell what needs it, and the placeholder only together with the rest."""
    placeholder = HIDDEN if hidden else ""
    without = plain.replace(HIDDEN, "")
    whole = plain + placeholder
    needs_none = without == shlex.quote(without) if without else whole
    return whole if needs_none else shlex.quote(whole)


def _parted(arguments: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what may be shown of each argument, and name and value of the secret at its end."""
    before = ""
    for argument in arguments:
        script = SCRIPT_OPTION.fullmatch(before) is not None
        yield (argument, "", "") if script else _split(before, argument)
        before = argument


def _split(before: str, argument: str) -> tuple[str, str, str]:
    """Part an argument, knowing the one before it."""
    if (assigned := _ASSIGNMENT.fullmatch(argument)) is not None:
        name, value = assigned.groups()
        hides = _hides(name, value)
        if not hides and (name in HEADER_OPTIONS or "=" in value):  # --header=N:V, --env=N=V
            plain, inner, secret = _split(name, value)
            return f"{name}={plain}", inner, secret
    elif (field := _FIELD.fullmatch(argument)) is not None:
        name, value = field.groups()
        hides = not is_commonplace(value) if before in HEADER_OPTIONS else _hides(name, value)
    else:
        name, value = _announced(before), argument
        hides = not argument.startswith("-") and _hides(name, value)
    return (argument.removesuffix(value), name, value) if hides else (argument, "", "")


def _announced(before: str) -> str:
    """Return what an argument says the next one is: an option, or a header in want of quotes."""
    if before.lower() in SCHEMES or before in HEADER_OPTIONS:
        return "authorization"
    field = _FIELD.fullmatch(before)
    return before if before.startswith("-") or (field is not None and not field[2]) else ""


def _hides(name: str, value: str) -> bool:
    """Whether a value under this name is hidden there, however short it is."""
    if names_a_secret(name):
        return bool(value) and not is_commonplace(value)
    return may_name_a_secret(name) and is_no_word(value)


def _is_secret(name: str, value: str) -> bool:
    return is_secretive(value) and _hides(name, value)


def _parts(name: str, value: str) -> set[str]:
    """Return what is secret in a value: all of it, its lines, or what follows a scheme."""
    scheme, _, credential = value.partition(" ")
    if scheme.lower() in SCHEMES:
        parts = {credential.strip(), *_decoded(scheme, credential)}
    elif "cookie" in name.lower():
        parts = {*secrets_in_cookies(value)}
    else:
        parts = {value, *(line for line in value.splitlines() if len(line) >= LINE)}
    return {part for part in parts if is_secretive(part)}


def _decoded(scheme: str, credential: str) -> list[str]:
    """Return user and password of Basic authorization (RFC 7617), or nothing."""
    if scheme.lower() != "basic":
        return []
    try:
        user, _, password = b64decode(credential, validate=True).decode().partition(":")
    except ValueError:
        return []  # whatever it is, it is hidden as a whole
    return [user, password]


def _in_text(text: str) -> set[str]:
    """Return what is secret within an argument: in a URL, in JSON, in a command of a shell."""
    found = _by_their_form(text)
    for match in _NAMED.finditer(text):
        value = match[4] or match[3].replace(f"\\{match[2]}", match[2])
        if _is_secret(match[1], value):
            found.add(value)
    words = _shell_words(text) if text[:1] not in ("{", "[") else []  # no JSON
    return found | secrets_in_command(words).values if len(words) > 1 else found


def _by_their_form(text: str) -> set[str]:
    """Return what is secret within a text whatever it is called."""
    known = {secret for _, secret in known_secrets(text)}
    return {*secrets_in_url(text).values, *_CREDENTIAL.findall(text)} | known


def _shell_words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # quotes that do not match
        return text.split()


def _user_info(text: str) -> Iterator[tuple[str, str]]:
    """Yield user and password of URLs, as they are written and decoded."""
    for match in _USER_INFO.finditer(text):
        user, password = match[1], match[2] or ""
        yield user, password
        yield unquote(user), unquote(password)
