"""Makes arguments for a tool from its input schema: boundary cases, valid ones, invalid ones."""

from mcp_proof.fuzz.generation.canaries import CANARIES
from mcp_proof.fuzz.generation.choices import NO_CHOICES, Choices
from mcp_proof.fuzz.generation.generator import Generator
from mcp_proof.fuzz.generation.validity import Validity

__all__ = ["CANARIES", "NO_CHOICES", "Choices", "Generator", "Validity"]
