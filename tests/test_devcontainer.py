"""The dev container: the devcontainers CLI reads it, and finds this repository's Dockerfile."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
CLI = "@devcontainers/cli@0.89.0"


@pytest.fixture(scope="module")
def devcontainer():
    """Return the start of a command line of the CLI, if npm can fetch it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("There is no npm.")
    command = [npm, "exec", "--yes", f"--package={CLI}", "--", "devcontainer"]
    fetched = subprocess.run([*command, "--version"], capture_output=True, encoding="utf8")
    if fetched.returncode:
        pytest.skip(f"npm cannot fetch the CLI: {fetched.stderr.strip()}")
    return command


def test_the_cli_reads_it_and_it_builds_the_dockerfile(devcontainer, tmp_path):
    # The CLI asks an engine for containers of this folder: this one has none.
    engine = tmp_path / "docker"
    engine.write_text("#!/bin/sh\n")
    engine.chmod(0o755)
    folder = [f"--workspace-folder={ROOT}", f"--docker-path={engine}"]
    read = subprocess.run(
        [*devcontainer, "read-configuration", *folder],
        stdout=subprocess.PIPE,
        encoding="utf8",
        check=True,
    )
    found = json.loads(read.stdout)["configuration"]
    file = Path(found["configFilePath"]["fsPath"])
    assert file == ROOT / ".devcontainer/devcontainer.json"
    build = found["build"]
    assert (file.parent / build["dockerfile"]).resolve() == ROOT / "Dockerfile"
    assert (file.parent / build["context"]).resolve() == ROOT
    settings = found["customizations"]["vscode"]["settings"]
    interpreter = Path(settings["python.defaultInterpreterPath"])
    assert f"ENV PATH={interpreter.parent}:" in (ROOT / "Dockerfile").read_text("utf8")
