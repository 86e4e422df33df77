"""Change the code that setup.cfg names under [mutmut], a little each time, and run the fast tests.

Each such mutant is a fork of one process that has MXNet and the tests loaded. What is printed at
the end: the share of the mutants that a test kills, and the change of each that none does.
usage: tools/mutants.py [name or pattern of mutants ...]
"""

import json
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest
from mutmut.__main__ import cli, get_diff_for_mutant, status_by_exit_code

KILLED = ("killed", "timeout", "segfault")


def run(names):
    """Run the mutants with these names, or all; the report follows what mutmut has written."""
    # mutmut 3.7 reads a name that pytest 9 no longer has; 3.8 needs a click that is not locked.
    if not hasattr(pytest.Item, "_nodeid"):
        pytest.Item._nodeid = property(lambda item: item.nodeid)
    cli(["run", *names], standalone_mode=False)


def report(names):
    """Print what became of the mutants with these names, or of all, and each survivor's change."""
    statuses, sources = {}, {}
    for path in sorted(Path("mutants").rglob("*.py.meta")):
        for name, code in json.loads(path.read_text("utf8"))["exit_code_by_key"].items():
            if not names or any(fnmatch(name, pattern) for pattern in names):
                statuses[name] = status_by_exit_code[code]
                sources[name] = path.relative_to("mutants").with_suffix("")
    left = {name: status for name, status in statuses.items() if status not in KILLED}
    for name, status in left.items():
        changes = [
            line
            for line in get_diff_for_mutant(name, path=sources[name]).splitlines()
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
        print(f"{name}: {status}", *changes, "", sep="\n")
    killed = len(statuses) - len(left)
    kinds = ", ".join(f"{n} {status}" for status, n in Counter(statuses.values()).most_common())
    print(f"{killed} of {len(statuses)} mutants killed ({killed / len(statuses):.0%}): {kinds}.")


if __name__ == "__main__":
    run(sys.argv[1:])
    report(sys.argv[1:])
