"""The dataset of a ContextFrame mock: its documents, its operations, and who follows them."""

from mcp_proof_mocks.documents.dataset import Dataset
from mcp_proof_mocks.documents.operation import Operation

__all__ = ["Dataset", "Operation"]
