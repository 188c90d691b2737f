"""The root of a file system with this interpreter, pip, a shell and nothing else, as a tar archive.

The images of the tests are built upon it, for no registry is there to get one from.
"""

import importlib.util
import io
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import pip

STDLIB = Path(sysconfig.get_path("stdlib"))
PYTHON = Path(sys._base_executable)
EXTENSIONS = STDLIB / "lib-dynload"
LEFT_OUT = re.compile(
    r"/(site-packages|dist-packages|tests?|idlelib|tkinter|_tkinter.*|config-.*)$"
)
FILES = {
    "etc/passwd": "root:x:0:0::/root:/bin/sh\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}
LINKS = {"usr/local/bin/python": PYTHON, "usr/local/bin/python3": PYTHON}


def write_root(stream: IO[bytes], besides: Mapping[str, Path]) -> None:
    """Write the archive; each folder of `besides` is there by its name."""
    with tarfile.open(fileobj=stream, mode="w|", dereference=True) as archive:
        for name, text in FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
        for name, target in LINKS.items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, str(target)
            archive.addfile(link)
        for folder, mode in ((Path("/tmp"), 0o1777), *((each, 0o755) for each in STDLIB.parents)):
            entry = tarfile.TarInfo(str(folder)[1:])
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            if entry.name:
                archive.addfile(entry)
        archive.add(STDLIB, filter=_wanted)
        archive.add(Path(pip.__file__).parent, f"{STDLIB}/pip")
        for name, path in besides.items():
            archive.add(path, name)
        for program in (PYTHON, Path("/bin/sh"), *_libraries()):
            archive.add(program)


def _wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if LEFT_OUT.search(entry.name) else entry


def _libraries() -> Iterator[Path]:
    """Yield the shared libraries that all of it loads, and those of extensions in wheels."""
    wheel = importlib.util.find_spec("jsonschema_rs.jsonschema_rs")
    assert wheel is not None
    assert wheel.origin is not None
    extensions = [path for path in EXTENSIONS.glob("*.so") if not LEFT_OUT.search(str(path))]
    command = ["ldd", *map(str, (PYTHON, "/bin/sh", wheel.origin, *extensions))]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    for path in dict.fromkeys(re.findall(r"(/\S+) \(0x", told)):
        yield Path(path)
