"""A tool that reports progress, asks who is there, and greets."""

GREET = {
    "name": "greet",
    "steps": [
        {"progress": {"progress": 1, "total": 2}},
        {
            "ask": {
                "name": {
                    "method": "elicitation/create",
                    "params": {
                        "message": "Who?",
                        "requestedSchema": {
                            "type": "object",
                            "properties": {"name": {"type": "string"}},
                        },
                    },
                }
            }
        },
        {"progress": {"progress": 2, "total": 2}},
    ],
    "answer": {"text": "Hello, {{ $inputs.name.content.name }}."},
}
