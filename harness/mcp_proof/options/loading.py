"""How a load run goes, and what it may cost."""

from typing import Final

from mcp_proof.options.commands import LOAD
from mcp_proof.options.kinds import Choice, File, Flag, Number, Text, Texts, WholeNumber
from mcp_proof.options.option import Option

PROFILE_NAMES: Final = ("smoke", "steady", "ramp", "spike", "soak", "stress", "breakpoint")
"""Spelled out here so that `--help` loads nothing else; a test compares them with the profiles."""
USER_KINDS: Final = ("caller", "churn", "agent", "listener")
"""Likewise, of the users."""
LONGEST_RUN: Final = 7 * 24 * 3600
LAST_PORT: Final = 65535
LOADED: Final = (
    Option(
        "profile",
        LOAD,
        Choice(*PROFILE_NAMES),
        "how the load goes over time (default: steady)",
        default="steady",
    ),
    Option(
        "users",
        LOAD,
        WholeNumber(1, 1_000_000),
        "users at the profile's peak (default: the profile's own)",
        "N",
    ),
    Option(
        "duration",
        LOAD,
        Number(0, LONGEST_RUN, "seconds", above=True),
        "how long the profile takes, without the warm-up (default: the profile's own)",
        "SECONDS",
    ),
    Option(
        "warm-up",
        LOAD,
        Number(0, 3600, "seconds"),
        "what is measured in so many seconds at the beginning is not judged (default: the "
        "profile's own)",
        "SECONDS",
    ),
    Option(
        "arrivals",
        LOAD,
        Choice("constant", "poisson"),
        "with --rate: calls begin at even intervals (default), or at random ones",
        default="constant",
    ),
    Option(
        "think",
        LOAD,
        Text(),
        "a user's pause between two calls: seconds, or uniform:A-B, exponential:MEAN, "
        "lognormal:MEDIAN,SIGMA (default: none)",
        "TIME",
    ),
    Option(
        "user",
        LOAD,
        Texts(),
        f"what users do, of {', '.join(USER_KINDS)}; KIND=WEIGHT for a mixture (repeatable; "
        "default: callers, and where sessions cost something some that churn)",
        "KIND",
    ),
    Option("max-calls", LOAD, WholeNumber(1, 10**12), "end after about so many calls", "N"),
    Option(
        "connections",
        LOAD,
        WholeNumber(1, 100_000),
        "processes, or sockets, that the users of a load process share where answers can come in "
        "any order: over stdio, WebSocket and HTTP+SSE (default: 2)",
        "N",
    ),
    Option(
        "cassette",
        LOAD,
        File(),
        "make the calls of this recording again, at their times",
        "FILE",
    ),
    Option(
        "speed",
        LOAD,
        Number(0, 1_000_000, "times", above=True),
        "with --cassette: so many times faster than recorded (default: 1)",
        "FACTOR",
        default=1.0,
    ),
    # Of the same name as a flag of `record`, which is the one that can be configured.
    Option(
        "check",
        LOAD,
        Number(0, 1),
        "the share of the exchanges that the rules judge, 0 to 1 (default: 0.01)",
        "SHARE",
        configured=(),
    ),
    Option(
        "budget",
        LOAD,
        File(),
        "a TOML file of limits, which must be kept; without it errors of 1 % fail the run",
        "FILE",
    ),
    Option(
        "metrics",
        LOAD,
        Text(),
        "where the server tells its memory, handles and sessions in Prometheus' format",
        "URL",
    ),
    Option(
        "chaos",
        LOAD,
        Texts(),
        "put a fault in front of the server, from this second after the warm-up on, for so many "
        "seconds (repeatable)",
        "FAULT@START+SECONDS",
    ),
    Option(
        "i-own-this-target",
        LOAD,
        Flag(),
        "load a server that is not on this machine; without it only loopback is loaded",
        configured=(),
    ),
    Option(
        "processes",
        LOAD,
        WholeNumber(1, 1024),
        "load processes on this machine (default: 1)",
        "N",
        default=1,
    ),
    Option("master", LOAD, Flag(), "direct workers that connect to --port", configured=()),
    Option(
        "expect-workers",
        LOAD,
        WholeNumber(1, 100_000),
        "with --master: begin when so many are there (default: 1)",
        "N",
        default=1,
    ),
    Option("worker", LOAD, Flag(), "make load as the master at --master-host says", configured=()),
    Option(
        "master-host",
        LOAD,
        Text(),
        "with --worker: where the master is (default: 127.0.0.1)",
        "HOST",
        default="127.0.0.1",
    ),
    Option(
        "web-port",
        LOAD,
        WholeNumber(1, LAST_PORT),
        "serve locust's own web interface on this port of loopback meanwhile",
        "PORT",
    ),
    Option("otlp", LOAD, Text(), "send the metrics to this OpenTelemetry collector too", "URL"),
)
