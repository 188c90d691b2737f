"""The schemas of ContextFrame: what they let through, and each single mistake that they find."""

from copy import deepcopy

import pytest

from mcp_proof_contracts.dialect_schema import dialect_schema, document_problem
from mcp_proof_contracts.tool_schema import schema_problem

DOCUMENT = {"uuid": "a", "content": None, "metadata": {"index": 1}, "score": 0.5, "more": True}
GOOD = {
    "initialize": {
        "protocolVersion": "0.1.0",
        "serverInfo": {"name": "frames", "version": "1.0.0"},
        "capabilities": {"tools": True},
    },
    "tool": {"name": "search", "description": "Searches.", "inputSchema": {"type": "object"}},
    "tools": {"tools": [{"name": "search", "inputSchema": {"type": "object"}}]},
    "listed-document": DOCUMENT,
    "documents": {"documents": [DOCUMENT], "total_found": 1},
    "document": {"document": DOCUMENT},
    "stats": {"stats": {"total_documents": 1}},
    "analysis": {"analysis": {}},
    "operation": {"operation_id": "op-1", "document_ids": ["a"]},
    "change": {"type": "document_added", "document": {"uuid": "a"}},
    "progress": {"current": 1, "total": 2, "message": "one", "status": "running"},
}


@pytest.mark.parametrize("document", GOOD)
def test_a_good_document_and_its_least_form_satisfy_the_schema(document):
    schema = dialect_schema("contextframe", document)
    assert schema_problem(schema) is None
    assert document_problem("contextframe", document, GOOD[document]) is None
    required = schema["$defs"][document].get("required", [])
    least = {name: GOOD[document][name] for name in required}
    assert document_problem("contextframe", document, least) is None


@pytest.mark.parametrize(
    ("document", "break_it", "pointer"),
    [
        ("initialize", lambda d: d.pop("protocolVersion"), "(whole)"),
        ("initialize", lambda d: d["serverInfo"].pop("name"), "/serverInfo"),
        ("initialize", lambda d: d.update(capabilities=["tools"]), "/capabilities"),
        ("tools", lambda d: d.update(tools={}), "/tools"),
        ("tools", lambda d: d["tools"][0].pop("inputSchema"), "/tools/0"),
        ("tools", lambda d: d["tools"][0].update(name=""), "/tools/0/name"),
        ("tools", lambda d: d["tools"][0].update(inputSchema={}), "/tools/0/inputSchema"),
        ("documents", lambda d: d.pop("documents"), "(whole)"),
        ("documents", lambda d: d["documents"][0].pop("uuid"), "/documents/0"),
        ("documents", lambda d: d["documents"][0].update(score="best"), "/documents/0/score"),
        ("document", lambda d: d.update(document=None), "/document"),
        ("document", lambda d: d["document"].update(metadata=[]), "/document/metadata"),
        ("stats", lambda d: d.update(stats=1), "/stats"),
        ("analysis", lambda d: d.pop("analysis"), "(whole)"),
        ("operation", lambda d: d.update(operation_id=1), "/operation_id"),
        ("operation", lambda d: d.update(operation_id=""), "/operation_id"),
        ("operation", lambda d: d.update(document_ids=[1]), "/document_ids/0"),
        ("change", lambda d: d.pop("type"), "(whole)"),
        ("progress", lambda d: d.pop("total"), "(whole)"),
        ("progress", lambda d: d.update(current=1.5), "/current"),
        ("progress", lambda d: d.update(current=-1), "/current"),
        ("progress", lambda d: d.update(status=1), "/status"),
    ],
)
def test_each_mistake_is_found_at_its_place(document, break_it, pointer):
    value = deepcopy(GOOD[document])
    break_it(value)
    problem = document_problem("contextframe", document, value)
    assert problem is not None
    assert problem.partition(": ")[0] == pointer
