"""Where a file stands in the repository that is checked: reports of findings point there."""

import os
from collections.abc import Mapping
from pathlib import Path


def repository_path(file: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the path from the repository's root, or "" for a file that is not in it.

    The root is what GitHub checked out, and elsewhere the working folder. Links are followed:
    GitHub shows nothing at the path of a link.
    """
    if not file:
        return ""
    root = Path(environment.get("GITHUB_WORKSPACE") or ".").resolve()
    path = Path(file).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
