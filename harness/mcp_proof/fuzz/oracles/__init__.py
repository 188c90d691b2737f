"""One oracle each: a function `judge` over what was seen of a case."""
