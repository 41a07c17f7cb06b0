"""What the tests have in common. They run against the installed package, never against the source tree."""

import importlib
import os
from pathlib import Path

import numpy as np
import pytest

import groma

ROOT = Path(__file__).resolve().parents[2]


def pytest_configure(config):
    installed = Path(groma.__file__).resolve()
    if ROOT in installed.parents and "site-packages" not in installed.parts:
        raise pytest.UsageError(f"groma was imported from {installed}, the source tree; install the wheel first")


def required(module):
    """Import a module that not every machine has: a test without it is skipped, or fails where all are required."""
    try:
        return importlib.import_module(module)
    except ImportError:
        missing = f"{module} is missing: pip install {module}"
        if os.environ.get("GROMA_REQUIRE_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="session")
def city_files(tmp_path_factory):
    """A generated city: the paths of its footprints and its terrain."""
    return groma.generate_city(tmp_path_factory.mktemp("city") / "town", 60)


@pytest.fixture(scope="session")
def city_folder(city_files):
    return os.path.dirname(city_files["footprints"])


@pytest.fixture(scope="session")
def city_store(city_files, tmp_path_factory):
    """The folder of that city's tiles."""
    folder = tmp_path_factory.mktemp("store") / "tiles"
    groma.build_city_store(city_files["footprints"], folder, terrain=city_files["terrain"], tile_size=250)
    return folder


@pytest.fixture(scope="session")
def walks(tmp_path_factory):
    """A data set of 400 trajectories with gaps, and its tables."""
    folder = tmp_path_factory.mktemp("walks") / "walks"
    groma.generate_trajectories(folder, 400, shards=2, interval=15, half_edge=500.0, gaps=0.2)
    groma.build_hash_tables(folder, 50)
    return folder


@pytest.fixture
def triangle():
    return np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), np.array([[0, 1, 2]], dtype=np.int32)
