"""The faults; importing registers them.

Those that break a rule lie in one module per page, as the rules do; what can happen to replies and
to bytes lies in `message` and `stream`, one module each.
"""

from importlib import import_module
from pkgutil import walk_packages

for _page in walk_packages(__path__, f"{__name__}."):
    import_module(_page.name)
