"""What the mock client answers when it is asked something, by area; importing this registers it."""

from importlib import import_module
from pkgutil import iter_modules

for _area in iter_modules(__path__):
    import_module(f"{__name__}.{_area.name}")
