"""``hotfix contacts``: whom to call, and that nobody is where nobody is configured."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOTFIX = str(Path(sys.executable).with_name("hotfix"))
LEAST = '[github]\nrepository = "webrana/webrana"\n'


@pytest.fixture
def contacts(tmp_path):
    """Return what the command says of a configuration, to people and to programs."""

    def say(text):
        (tmp_path / "hotfix.toml").write_text(text)
        known = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        shown, told = (
            subprocess.run(
                [HOTFIX, "contacts", *words],
                cwd=tmp_path,
                env=known,
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            ).stdout
            for words in ((), ("--json",))
        )
        return shown.splitlines(), json.loads(told)

    return say


def test_where_nobody_is_configured_the_key_that_sets_it_is_named(contacts):
    lines, told = contacts(LEAST)
    assert lines == [
        "On-call Engineer  check PagerDuty (not configured: [pagerduty])",
        "DevOps Lead       none is configured ([contacts] devops_lead)",
        "Product Manager   none is configured ([contacts] product_manager)",
    ]
    assert (told["devops_lead"], told["product_manager"]) == (None, None)


def test_who_is_configured_is_named(contacts):
    lines, told = contacts(f'{LEAST}[contacts]\ndevops_lead = "Ada +49 30 1"\n')
    assert lines[1:] == [
        "DevOps Lead       Ada +49 30 1",
        "Product Manager   none is configured ([contacts] product_manager)",
    ]
    assert told["devops_lead"] == "Ada +49 30 1"
