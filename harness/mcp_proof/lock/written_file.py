"""A file that is replaced as a whole: whoever reads it sees the old one or the new one."""

import os
from pathlib import Path
from secrets import token_hex

from mcp_proof.errors import UsageError


def replace_file(path: Path, text: str) -> None:
    """Write a text where a file may stand already; its mode and links to it stay.

    Raises:
        UsageError: it cannot be written.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        mode = path.stat().st_mode & 0o7777 if path.exists() else None
        # The system takes the umask from what a new file would be allowed.
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with os.fdopen(number, "wb") as file:
                if mode is not None:
                    beside.chmod(mode)
                file.write(text.encode())
                file.flush()
                os.fsync(number)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
