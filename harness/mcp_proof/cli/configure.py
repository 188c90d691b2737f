"""Fill in what the command line leaves open: from the environment, the file, or by default."""

import argparse
import os
from pathlib import Path

from mcp_proof.config import Config, Setting, read_config
from mcp_proof.options import options_of
from mcp_proof.options.kinds import Value
from mcp_proof.options.option import Option


def configure(options: argparse.Namespace) -> None:
    """Give every option of the command its value; `options.settings` knows where it comes from.

    Raises:
        UsageError: something is configured wrongly, or there are two targets.
    """
    mine = list(options_of(options.module))
    if not mine:
        return
    given = {
        option.name: Setting(_value(options, option), "command line", option.place)
        for option in mine
        if hasattr(options, option.attribute)
    }
    configured = read_config(Path(), os.environ).only_for(options.module)
    options.settings = Config(given).over(configured)
    for option in mine:
        setattr(options, option.attribute, options.settings.value(option.name))


def _value(options: argparse.Namespace, option: Option) -> Value:
    value = getattr(options, option.attribute)
    return tuple(value) if option.kind.many or option.written == "after --" else value
