"""What the pages show is what works."""

import re
from pathlib import Path

import pytest
from followed_page import follow
from installed import PEERS, needs, with_sources
from markdown_page import blocks
from terminal_session import REDIS, TerminalSession

REPOSITORY = Path(__file__).parents[2]
WORKFLOW = '```yaml title=".github/workflows/a.yml"\njobs:\n  a:\n    steps:\n    '
GITLAB = '```yaml title=".gitlab-ci.yml"\nmcp-proof:\n  '
HOOKS = '```yaml title=".pre-commit-config.yaml"\nrepos:\n- hooks:\n  '
RULES = REPOSITORY / "docs/reference/rules"
"""Their pages are made, and show what was said once."""
PAGES = [
    REPOSITORY / "README.md",
    *sorted(page for page in (REPOSITORY / "docs").rglob("*.md") if page.parent != RULES),
]


@pytest.fixture
def session(tmp_path):
    """A terminal in an empty folder, with what a reader has installed."""
    folders = [PEERS / "examples/bin", REPOSITORY / ".venv/bin", "/usr/bin", "/bin"]
    (tmp_path / "node_modules").symlink_to(PEERS / "node/node_modules")
    environment = {
        **with_sources(REPOSITORY),
        "PATH": ":".join(map(str, folders)),
        "HOME": str(tmp_path),
        "COLUMNS": "100",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "npm_config_offline": "true",
        "MCP_PROOF_MAX_EXAMPLES": "25",  # enough for what pages show
    }
    with TerminalSession(tmp_path, environment) as session:
        yield session


@needs("examples", "node")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_a_page_can_be_followed(page, session, request):
    if REDIS in page.read_text(encoding="utf-8"):
        request.getfixturevalue("redis_server")  # which is none here where there is none at all
    follow(page, session)


@needs("examples")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```console\n$ echo one\ntwo\n```", "page.md:1: .*said\none\n\nand not\ntwo"),
        ("```console\n$ false\n```", "ended with 1"),
        ("```console\necho one\n```", "begins with a command"),
        ("```sh\nmcp-proof explain nothing\n```", "there is no rule 'nothing'"),
        ("```sh\nmcp-proof mock nothing --port 8000\n```", "it does not serve: mcp-proof: "),
        ("```python\nassert 1 == 2\n```", "AssertionError"),
        ("```python\ndef test_it():\n    assert 1 == 2\n```", "1 failed"),
        ('```python title="a.py"\nassert 1 == 2\n```', "no command uses page.md:1 a.py"),
        ("```yaml\ntools: [{name: a, answr: {text: b}}]\n```", "answr"),
        ("```yaml\n- {rule: nothing, reason: some}\n```", "there is no rule 'nothing'"),
        ("```yaml\ntoools: []\n```", "this is no contract"),
        ('```toml title="mcp-proof.toml"\nfail_on = "must"\n```', "fail-on"),
        ('```toml title="budget.toml"\n[limits]\np95 = 1\n```', "Did you mean p95_ms"),
        ('```toml title="other.toml"\n```', "nobody reads a file 'other.toml'"),
        ('```json\n{"mcpServers": {"a": {"args": []}}}\n```', "either `command` or `url`"),
        (f"{WORKFLOW}- uses: o/mcp-proof@v1\n      with: {{fail_on: must}}\n```", "inputs are url"),
        (
            f"{WORKFLOW}- uses: o/mcp-proof@v1\n      with: {{fail-on: most}}\n```",
            "FAIL_ON: 'most'",
        ),
        (f"{GITLAB}variables: {{MCP_PROOF_BASLINE: a}}\n```", "Did you mean MCP_PROOF_BASELINE"),
        (f"{HOOKS}- id: mcp-prof\n```", "there is no hook mcp-prof"),
        ("```rust\n```", "nothing runs a block of 'rust'"),
        ("```\nno language\n```", "expected a language"),
        ("    indented\n", "indented code"),
        ("<!-- not run: so what -->\n```sh\nfalse\n```", "'so what' is no reason"),
        ("<!-- not run: it sets up a checkout -->\n\nText.\n", "right after its `not run`"),
    ],
)
def test_a_page_that_shows_what_does_not_work_is_noticed(text, said, session, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises((AssertionError, ValueError), match=f"(?s){said}"):
        follow(page, session)


@needs("examples")
def test_what_varies_in_an_output_is_left_open(session, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ seq 9\n1\n…\n8\n…\n$ echo 'took 12 s'; false\ntook … s\n$ echo $?\n1\n```"
    )
    follow(page, session)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_no_block_of_a_page_is_left_out(page):
    fences = re.findall(r"^[ >]*(?:```|~~~)", page.read_text(), re.MULTILINE)
    assert len(fences) == 2 * len(list(blocks(page)))
