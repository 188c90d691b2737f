"""The faults, one module per page like the rules that they break; importing registers them."""

from importlib import import_module
from pkgutil import walk_packages

for _page in walk_packages(__path__, f"{__name__}."):
    import_module(_page.name)
