"""The stream faults, one module each; importing registers them."""

from importlib import import_module
from pkgutil import iter_modules

for _fault in iter_modules(__path__, f"{__name__}."):
    import_module(_fault.name)
