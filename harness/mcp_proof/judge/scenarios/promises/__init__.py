"""The scenarios in which a client keeps what it promises, a module for each promise."""

from importlib import import_module
from pkgutil import iter_modules

for _promise in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_promise}")
