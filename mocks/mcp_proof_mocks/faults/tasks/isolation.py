"""Tasks that anybody gets, or whose ids anybody guesses."""

from mcp_proof_mocks.fault import fault

fault("task11-unknown-id-32602")
fault("task11-context-binding", shown_by="task_users")
fault("task11-id-entropy")
