"""What the mock client does for its user: a function per kind of wish, by area; all registered."""

from importlib import import_module
from pkgutil import iter_modules

for _area in iter_modules(__path__):
    import_module(f"{__name__}.{_area.name}")
