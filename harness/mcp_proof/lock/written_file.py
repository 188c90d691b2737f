"""A file that is replaced as a whole: whoever reads it sees the old one or the new one."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from mcp_proof.errors import UsageError


def replace_file(path: Path, text: str) -> None:
    """Write a text where a file may stand already; its mode and links to it stay.

    Raises:
        UsageError: it cannot be written.
    """
    path = path.resolve()
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = Path(file.name)
            try:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
                beside.chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o644)
                beside.replace(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
