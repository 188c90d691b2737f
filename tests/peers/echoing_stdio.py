"""A server that repeats its arguments and its environment wherever it can: `echoing_stdio.py ARG…`.

With `--crash` among them it does so and ends before it has answered anything.
"""

import json
import os
import sys

from echoing import answer, every_spelling

PREFIX = "PLANTED_"


def main() -> None:
    """Echo until the input ends."""
    variables = [text for name, text in os.environ.items() if name.startswith(PREFIX)]
    texts = list(dict.fromkeys([*sys.argv[1:], *variables]))
    for text in texts:
        half = len(text) // 2
        sys.stderr.write(f"{text[:half]}\n{text[half:]}\n")
        sys.stdout.write(f"{text}\n")
    sys.stderr.write("\n".join(every_spelling(texts)) + "\n")
    sys.stdout.flush()
    if "--crash" in texts:
        sys.exit("; ".join(texts))
    for line in sys.stdin:
        try:
            request = json.loads(line)
        except ValueError:
            continue
        if isinstance(request, dict) and "id" in request and "method" in request:
            sys.stdout.write(f"{json.dumps(answer(request, texts))}\n")
            sys.stdout.flush()


main()
