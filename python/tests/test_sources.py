"""The sources: types hold for type checkers, in the package and in what its users write; they look as ruff wants."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT, required
from test_pages import blocks


def mypy(*arguments, folder):
    """Check types as users do who want all of them; return what is wrong."""
    required("mypy")
    # Packages of others may have no types.
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--no-error-summary"]
    command += ["--cache-dir", os.path.join(folder, "cache"), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_the_types_of_the_package_hold(tmp_path):
    assert mypy("-p", "groma", folder=tmp_path) == ""


def test_the_types_of_the_tutorial_hold(tmp_path):
    (tmp_path / "tutorial.py").write_text("\n".join(blocks(ROOT / "docs" / "python.md")), encoding="utf-8")
    assert mypy("tutorial.py", folder=tmp_path) == ""


def test_a_mesh_or_several_have_their_types(tmp_path):
    (tmp_path / "kinds.py").write_text(
        """import groma

one = groma.build_city_mesh("footprints.geojson", terrain="terrain.tif")
one.num_faces.real
all = groma.build_city_mesh("footprints.geojson", terrain="terrain.tif", merge_meshes=False)
all[0].num_faces
all.num_faces
groma.build_city_mesh("footprints.geojson", terrain="terrain.tif", max_mesh_size="3 m")
""",
        encoding="utf-8",
    )
    found = mypy("kinds.py", folder=tmp_path).splitlines()
    assert [line.split(":")[1] for line in found if ": error: " in line] == ["7", "8"], found


@pytest.mark.parametrize("check", [["check"], ["format", "--check"]])
def test_ruff_is_content(check, tmp_path):
    required("ruff")
    command = [sys.executable, "-m", "ruff", *check, "--no-cache", str(ROOT / "python")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
