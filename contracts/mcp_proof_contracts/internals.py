"""What tells a stranger about the inside of a server, in the text of a failure."""

import re
from typing import Final

STACK_TRACE: Final = re.compile(
    r"""
      Traceback[ ]\(most[ ]recent[ ]call[ ]last\)               # Python
    | ^[ \t]+File[ ]"[^"\n]+",[ ]line[ ]\d+                     # Python, without its first line
    | ^[ \t]+at[ ]\S.*(:\d+\)?|:line[ ]\d+|\((Native[ ]Method|Unknown[ ]Source)\))[ \t]*$
                                                                # JavaScript, .NET, Java
    | ^goroutine[ ]\d+[ ]\[                                     # Go
    | ^stack[ ]backtrace:                                       # Rust
    | ^[ \t]*from[ ]\S+:\d+:in[ ]                               # Ruby
    """,
    re.VERBOSE | re.MULTILINE,
)
SOURCE_PLACE: Final = re.compile(
    r"(?<![\w/:])(?:/[\w.+@-]+)+\.(?:py|js|mjs|cjs|ts|go|rs|java|kt|rb|php|cs)(?::|\W+line )\d+"
)
"""A line of a source file, by its absolute path."""
PATH: Final = re.compile(
    r"(?<![\w/:.])/(?:home|root|usr|opt|srv|app|var|Users)(?:/[\w.+@-]+)+"
    r"|\b[A-Z]:\\(?:[\w.+@ -]+\\)+"
)
"""A path below a folder where programs and people's files are."""
ASSIGNED: Final = re.compile(
    r"(?i)\b[\w-]*(?:api[_-]?key|secret|password|passwd|access[_-]?token)[\w-]*=(?=\S*\d)(\S{12,})"
)
"""A value behind a name that says that it is secret."""
