"""What the user gives beside the server: a contract file, and strategies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcp_proof.errors import UsageError
from mcp_proof.example import example_of
from mcp_proof.fuzz.hooks import CustomStrategy
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof_contracts.contract import Case, Contract
from mcp_proof_contracts.contract_fuzz import FuzzContract, FuzzedTool
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import as_object

if TYPE_CHECKING:
    from mcp_proof.fuzz.generation.choices import Choices

NOTHING_SAID: Final = FuzzContract()
NOT_LISTED: Final = "the contract describes it, and the server does not list it"
SKIPPED: Final = "the contract says `skip: true` of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user gives; by default nothing."""

    contract: Contract | None = None
    strategies: tuple[CustomStrategy, ...] = ()

    @property
    def read_only(self) -> frozenset[str]:
        """The tools that may be called, for the user says that they change nothing."""
        return frozenset(name for name, tool in self._said.tools.items() if tool.read_only)

    def skips(self, operation: Operation) -> bool:
        """Whether an operation is to be left alone."""
        return self._of(operation).skip

    def choices(self, operation: Operation) -> "Choices":
        """Return what is to be tried of an operation."""
        from mcp_proof.fuzz.generation.choices import Choices  # noqa: PLC0415  # slow to load

        mine = [each for each in self.strategies if each.tool in (None, _tool(operation))]
        mine.sort(key=lambda each: each.tool is not None)  # what is said of a tool goes last: wins
        said = self._of(operation)
        return Choices(
            examples=self.examples(operation),
            dictionary=(*said.dictionary, *self._said.dictionary),
            properties={each.property or "": each.makes for each in mine if each.format is None},
            formats={each.format: each.makes for each in mine if each.format is not None},
        )

    def examples(self, operation: Operation) -> tuple[JsonObject, ...]:
        """Return the whole arguments that are given for an operation."""
        return (*self._of(operation).examples, *self._in_cases(operation))

    def check(self, operations: Sequence[Operation]) -> None:
        """Compare the names of tools with those of the server.

        Raises:
            UsageError: a tool is not there.
        """
        names = [each.name for each in operations if each.kind is OperationKind.TOOL]
        places = [(f"the contract's fuzz.tools.{name}", name) for name in self._said.tools]
        places += [("--hooks", each.tool) for each in self.strategies if each.tool is not None]
        for place, name in places:
            if name not in names:
                raise UsageError(
                    f"{place}: the server has no tool {name!r}.{did_you_mean(name, names)}"
                )

    def missing(self, operations: Sequence[Operation]) -> list[str]:
        """Return the labels of what the contract describes and the server does not list."""
        labels = {each.label for each in operations}
        tools = self.contract.tools if self.contract is not None else ()
        described = [f"{OperationKind.TOOL} {tool.name}" for tool in tools if tool.offered]
        return [label for label in described if label not in labels]

    @property
    def _said(self) -> FuzzContract:
        return self.contract.fuzz if self.contract is not None else NOTHING_SAID

    def _of(self, operation: Operation) -> FuzzedTool:
        tool = self._said.tools.get(_tool(operation))
        return tool if tool is not None else FuzzedTool()

    def _in_cases(self, operation: Operation) -> Iterator[JsonObject]:
        """The arguments for which the contract has an answer, with others that must be there."""
        for case in self._cases(operation):
            if case.when.arguments:
                yield {**as_object(example_of(operation.input_schema)), **case.when.arguments}

    def _cases(self, operation: Operation) -> Sequence[Case]:
        contract = self.contract
        if contract is None:
            return ()
        described = {
            OperationKind.TOOL: {tool.name: tool.cases for tool in contract.tools},
            OperationKind.PROMPT: {prompt.name: prompt.cases for prompt in contract.prompts},
        }
        return described.get(operation.kind, {}).get(operation.name, ())


def _tool(operation: Operation) -> str:
    """The operation's name where it is a tool; what names tools means nothing else."""
    return operation.name if operation.kind is OperationKind.TOOL else ""
