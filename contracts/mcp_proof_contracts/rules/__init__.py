"""The rules, one module per page of the specification; importing this package registers them."""

from importlib import import_module
from pkgutil import walk_packages

for _page in walk_packages(__path__, f"{__name__}."):
    import_module(_page.name)
