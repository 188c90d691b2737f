"""Lists of resources and templates that are missing, unsteady or ill-formed."""

import os
from collections.abc import Callable

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import Items, in_results, of_first, without

LIST = "resources/list"
NAMELESS = "my_memos://draft"


def _listed(edit: Callable[[Items], Items], method: str, member: str) -> ReplyEdit:
    """Edit every page of a list."""

    def edited(result: dict[str, Json]) -> Json:
        items = [as_object(item) for item in as_list(result.get(member))]
        return {**result, member: edit(items)}

    return in_results(edited, method)


def _first(**members: Json) -> ReplyEdit:
    """Replace members of the first resource of every page."""
    return _listed(of_first(lambda resource: {**resource, **members}), LIST, "resources")


def _without_name(templates: Items) -> Items:
    return [{n: value for n, value in each.items() if n != "name"} for each in templates]


def _more(resource: JsonObject) -> Callable[[dict[str, Json]], None]:
    """Offer one more resource."""

    def edit(document: dict[str, Json]) -> None:
        document["resources"] = [*as_list(document.get("resources")), resource]

    return edit


def _own_memo(document: dict[str, Json]) -> None:
    """A resource that every process names after itself."""
    _more({"uri": f"memo://process/{os.getpid()}", "text": "Mine."})(document)


def _unserved(resources: Items) -> Items:
    return [*resources, {"uri": "memo://lost", "name": "lost"}]


def _undeclared_list_change(document: dict[str, Json]) -> None:
    announced = {str(name) for name in as_list(document.get("announces"))}
    document["announces"] = sorted(announced | {"resources"})
    document["on_initialized"] = [{"announce": "resources"}]


# At this revision no other rule compares what is declared with what is served.
fault("resources-capability-declared", revision=LATEST_STATEFUL, shown_by="memos")
fault("resources-list-answers", reply=in_results(without("resources"), LIST))
fault("resources-resource-members", reply=_first(size="46 bytes"))
fault(
    "resources-templates-list",
    reply=_listed(_without_name, "resources/templates/list", "resourceTemplates"),
)
fault("resources-custom-scheme-rfc3986", contract=_more({"uri": NAMELESS, "text": "A draft."}))
fault("resources-annotations-range", reply=_first(annotations={"priority": 5}))
fault("resources-last-modified-iso8601", reply=_first(annotations={"lastModified": "yesterday"}))
fault("resources-list-connection-independent", contract=_own_memo, transport="stdio")
fault("resources-list-changed-only-declared", contract=_undeclared_list_change, transport="stdio")
fault("resources-listed-readable", reply=_listed(_unserved, LIST, "resources"), shown_by="memos")
