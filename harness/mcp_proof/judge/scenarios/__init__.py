"""The scenarios, by the area of the rules that they show; importing this registers them all."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

FIRST: Final = "ordinary"

import_module(f"{__name__}.{FIRST}")
for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
