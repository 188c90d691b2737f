"""Promises that clients keep, and break, in other dialects than MCP."""

from resilient.circuit_breaker import Breaking
from resilient.dialects import OverContextFrame, OverRest
from resilient.fallback import FallingBack
from resilient.retry import Retrying


class RestRetrying(OverRest, Retrying):
    pass


class RestFallingBack(OverRest, FallingBack):
    pass


class FrameRetrying(OverContextFrame, Retrying):
    pass


class FrameBreaking(OverContextFrame, Breaking):
    pass
