"""What is hidden in recordings, as it is configured."""

from mcp_proof.config import Config
from mcp_proof_contracts.redaction import Redaction
from mcp_proof_contracts.redaction_rule import RedactionRule, redaction_rule
from mcp_proof_contracts.secrets.mask import Mask


def configured_redaction(config: Config, mask: Mask) -> Redaction:
    """Return it, with what hides secrets of the run.

    Raises:
        UsageError: a rule is wrong.
    """
    return Redaction(mask=mask, rules=_rules(config), strict=config.flag("strict"))


def _rules(config: Config) -> list[RedactionRule]:
    try:
        return [redaction_rule(text) for text in config.texts("redact")]
    except ValueError as error:
        raise config.wrong("redact", str(error)) from error
