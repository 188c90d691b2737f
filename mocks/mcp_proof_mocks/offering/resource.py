"""Resources and resource templates that are offered."""

from mcp_proof_contracts.contract import Resource, ResourceTemplate
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.listing import RESOURCE_SINCE, listed
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.offering.uri_template import UriTemplate
from mcp_proof_mocks.script.script import Script


class ScriptedResource:
    """A resource of the contract, ready to be read."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.offered = resource.offered
        self.script = Script(resource.cases)

    def listed(self, revision: Revision) -> JsonObject:
        """Return the resource as resources/list has it at this revision."""
        return listed(self.resource.listed, revision, RESOURCE_SINCE)


class ScriptedTemplate:
    """A resource template of the contract."""

    def __init__(self, template: ResourceTemplate) -> None:
        self.template = template
        self.uri = UriTemplate(str(template.listed["uriTemplate"]))
        self.script = Script(template.cases) if template.cases else None

    def listed(self, revision: Revision) -> JsonObject:
        """Return the template as resources/templates/list has it at this revision."""
        return listed(self.template.listed, revision, RESOURCE_SINCE)
