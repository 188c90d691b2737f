"""Servers that never were: how much they have of a resource in each second of a load.

Each function draws the parameters of one server, and returns how much it has at a moment of the
run, given the calls so far.
"""

import math
import random
from collections.abc import Callable, Iterator

from mcp_proof_load.events import Sampled

Server = Callable[[float, int], float]
MB = 1e6
IDLE = 40 * MB
PAGE = 4096


def samples(
    seed: object,
    kind: Callable[[random.Random], Server],
    *,
    resource: str = "memory",
    rate: float = 100,
    seconds: int = 60,
    every: float = 1.0,
) -> list[Sampled]:
    """A run after a warm-up of 5 s, with so many calls a second, more or less."""
    rng = random.Random(f"{kind.__qualname__} {seed}")
    server, calls, taken = kind(rng), 0, []
    for number in range(round(seconds / every)):
        at = number * every
        calls += round(rate * every * rng.uniform(0.95, 1.05))
        taken.append(Sampled(at=5 + at, calls=calls, values={resource: server(at, calls)}))
    return taken


def _noisy(rng: random.Random, most: float, value: Server) -> Server:
    noise = rng.uniform(0, most)
    return lambda at, calls: IDLE + value(at, calls) + rng.gauss(0, noise)


# Memory of healthy ones


def plateau(rng: random.Random) -> Server:
    """Caches and pools fill at first, and stay full."""
    full, pace = rng.uniform(2, 40) * MB, rng.uniform(1, 15)
    return _noisy(rng, 0.4 * MB, lambda at, _: full * (1 - math.exp(-at / pace)))


def slow_plateau(rng: random.Random) -> Server:
    full, pace = rng.uniform(2, 20) * MB, rng.uniform(15, 40)
    return _noisy(rng, 0.2 * MB, lambda at, _: full * (1 - math.exp(-at / pace)))


def cache(rng: random.Random) -> Server:
    """A cache that fills evenly until it is full."""
    size, full_at = rng.uniform(2, 40) * MB, rng.uniform(3, 45)
    return _noisy(rng, 0.1 * MB, lambda at, _: size * min(1, at / full_at))


def fragmenting(rng: random.Random) -> Server:
    """Growth that never ends and gets ever less: the heap's holes."""
    size, pace = rng.uniform(0.3, 3) * MB, rng.uniform(1, 10)
    return _noisy(rng, 0.2 * MB, lambda at, _: size * math.log(1 + at / pace))


def stepping(rng: random.Random) -> Server:
    """An allocator that takes memory from the system a lot at a time."""
    size = rng.choice([0.25, 0.5, 1, 2, 4, 8]) * MB
    moments = [rng.uniform(0, 60) for _ in range(rng.randint(1, 6))]
    return _noisy(rng, 0.1 * MB, lambda at, _: size * sum(at >= each for each in moments))


def rarely_stepping(rng: random.Random) -> Server:
    """Steps at first often, then ever more seldom."""
    size, moments = rng.choice([1, 2, 4, 8]) * MB, list(_ever_later(rng))
    return _noisy(rng, 0.05 * MB, lambda at, _: size * sum(at >= each for each in moments))


def _ever_later(rng: random.Random) -> Iterator[float]:
    at, factor = rng.uniform(0.5, 4), rng.uniform(1.3, 2.5)
    while at < 60:
        yield at * rng.uniform(0.9, 1.1)
        at *= factor


def sawtooth(rng: random.Random) -> Server:
    """Garbage that is collected again and again."""
    size, period, phase = rng.uniform(1, 60) * MB, rng.uniform(2, 40), rng.random()
    return _noisy(rng, 0.3 * MB, lambda at, _: size * ((at / period + phase) % 1))


def uneven_sawtooth(rng: random.Random) -> Server:
    garbage, full, pace = 0.0, rng.uniform(2, 30) * MB, rng.uniform(0.3, 3) * MB
    full = min(full, 30 * pace)  # once in half a minute, at least

    def value(_at: float, _calls: int) -> float:
        nonlocal garbage
        garbage += pace * rng.uniform(0.5, 1.5)
        if garbage > full * rng.uniform(0.7, 1.2):
            garbage *= rng.uniform(0, 0.3)
        return IDLE + garbage

    return value


def wandering(rng: random.Random) -> Server:
    """A random walk: what a page cache and other tenants may look like."""
    held, step = 0.0, rng.choice([0.05, 0.2, 0.5, 1, 3]) * MB

    def value(_at: float, _calls: int) -> float:
        nonlocal held
        held += rng.gauss(0, step)
        return IDLE + abs(held)

    return value


def reluctant(rng: random.Random) -> Server:
    """Takes more by chance, ever more seldom, and gives nothing back."""
    held, size, often = 0.0, rng.uniform(0.2, 2) * MB, rng.uniform(0.05, 0.4)

    def value(at: float, _calls: int) -> float:
        nonlocal held
        if rng.random() < often / (1 + at / 10):
            held += rng.expovariate(1 / size)
        return IDLE + held

    return value


def unsteady(rng: random.Random) -> Server:
    return _noisy(rng, 5 * MB, lambda _at, _calls: 0.0)


HEALTHY = (
    plateau,
    slow_plateau,
    cache,
    fragmenting,
    stepping,
    rarely_stepping,
    sawtooth,
    uneven_sawtooth,
    wandering,
    reluctant,
    unsteady,
)


# Handles, threads and sessions of healthy ones


def pool(rng: random.Random) -> Server:
    size, pace = rng.choice([4, 16, 64, 200]), rng.uniform(0.5, 10)
    noise = rng.uniform(0, 0.1) * size
    return lambda at, _: round(20 + size * (1 - math.exp(-at / pace)) + rng.gauss(0, noise))


def swept(rng: random.Random) -> Server:
    """Idle ones are closed all at once, now and then."""
    size, period, phase = rng.choice([10, 50, 200]), rng.uniform(2, 40), rng.random()
    return lambda at, _: round(20 + size * ((at / period + phase) % 1))


def queue(rng: random.Random) -> Server:
    """They come and go by chance."""
    held, come, stay = 0, rng.uniform(1, 30), rng.uniform(1, 10)

    def value(_at: float, _calls: int) -> float:
        nonlocal held
        held -= sum(rng.random() < 1 / stay for _ in range(held))
        held += sum(rng.random() < 0.1 for _ in range(int(10 * come)))
        return 20 + held

    return value


COUNTED = (pool, swept, queue)


# Those that leak


def leaking(rng: random.Random) -> Server:
    """A kilobyte of each call, in pages, after a start like any."""
    full, pace = rng.uniform(2, 10) * MB, rng.uniform(1, 6)

    def value(at: float, calls: int) -> float:
        kept = calls * (1024 + 57) // PAGE * PAGE  # with what an object costs
        return kept + full * (1 - math.exp(-at / pace))

    return _noisy(rng, 0.1 * MB, value)


def leaking_with_garbage(rng: random.Random) -> Server:
    size, period = rng.uniform(1, 10) * MB, rng.uniform(2, 6)
    return _noisy(rng, 0.1 * MB, lambda at, calls: 1081 * calls + size * (at / period % 1))


def leaking_sessions(rng: random.Random) -> Server:
    """One for each session, of which each makes about 50 calls; some others come and go."""
    return lambda _at, calls: 20 + calls // 50 + rng.randint(0, 3)
