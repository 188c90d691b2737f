"""Judge what came of a case: properly answered, or cleanly closed, and alive afterwards."""

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.protocol.answers import judge_answers
from mcp_proof.fuzz.protocol.case import ProtocolCase
from mcp_proof.fuzz.protocol.leaks import judge_leaks
from mcp_proof.fuzz.protocol.observation import ProtocolObservation
from mcp_proof.fuzz.protocol.responses import judge_responses
from mcp_proof.fuzz.protocol.rpc_faults import JSON_RPC_LESS
from mcp_proof.fuzz.protocol.survival import judge_survival
from mcp_proof_contracts.dialect import Spoken


def judge(case: ProtocolCase, observation: ProtocolObservation, spoken: Spoken) -> list[Complaint]:
    """Return what is wrong, the gravest first."""
    complaints = [*judge_survival(case, observation), *judge_responses(case, observation)]
    if spoken not in JSON_RPC_LESS:
        complaints += judge_answers(case, observation, spoken)
    return [*complaints, *judge_leaks(observation)]
