"""Builds in parts are builds in one piece; on a cluster of Dask, too, where a worker dies."""

import os
import signal
from pathlib import Path

import pytest
from conftest import required

import groma
from groma import dask


def files(folder):
    """The files of a folder, but for what parts of a city read."""
    found = [path for path in Path(folder).rglob("*") if path.is_file() and "prepared" not in path.parts]
    return {path.relative_to(folder): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def whole(city_files, walks, tmp_path_factory):
    """A city and tables in one piece."""
    tmp = tmp_path_factory.mktemp("whole")
    city = {"terrain": city_files["terrain"], "tile_size": 250}
    groma.build_city_store(city_files["footprints"], tmp / "tiles", **city)
    groma.build_hash_tables(walks, 50, output=tmp / "tables", margin=2.0)
    return files(tmp / "tiles"), files(tmp / "tables")


def test_parts_of_a_city_are_the_whole(city_files, whole, tmp_path):
    inputs = {"terrain": city_files["terrain"], "tile_size": 250}
    plan = groma.plan_city_store(city_files["footprints"], tmp_path, **inputs)
    with pytest.raises(groma.BusyError, match="run the parts"):
        groma.finish_city_store(tmp_path)
    parts = [groma.build_city_store_part(tmp_path, part, 3, n_workers=1) for part in (3, 1, 2)]
    assert sum(part.built for part in parts) == plan.tiles and not any(part.failed for part in parts)
    report = groma.finish_city_store(tmp_path)
    assert report.is_complete and report.kept == plan.tiles and report.buildings == plan.buildings
    assert files(tmp_path) == whole[0]
    with pytest.raises(groma.InvalidArgumentError, match="no option here"):
        groma.plan_city_store(city_files["footprints"], tmp_path, terrian=city_files["terrain"])


def test_parts_of_tables_are_the_whole(walks, whole, tmp_path):
    how = {"output": tmp_path, "margin": 2.0}
    plan = groma.plan_hash_tables(walks, 50, **how)
    parts = [groma.build_hash_tables_part(walks, 50, part, 2, **how) for part in (2, 1)]
    assert sum(part.shards_built for part in parts) == plan.shards == 2
    assert groma.finish_hash_tables(walks, 50, **how).tables == plan.steps
    assert files(tmp_path) == whole[1]
    with pytest.raises(groma.NotFoundError, match="no plan"):
        groma.build_hash_tables_part(walks, 50, 1, 2, output=tmp_path, margin=3.0)


def test_a_cluster_builds_the_whole_and_a_worker_may_die(city_files, walks, whole, tmp_path):
    distributed = required("distributed")
    seen = []

    def watch(done, parts):
        # One of the workers, in the middle of the work.
        if not seen:
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        seen.append((done, parts))

    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster) as client:
        inputs = {"terrain": city_files["terrain"], "tile_size": 250, "memory_limit": 2**28}
        report = dask.build_city(
            client, city_files["footprints"], tmp_path / "tiles", parts=6, progress=watch, **inputs
        )
        assert report.is_complete and files(tmp_path / "tiles") == whole[0]
        assert seen[-1] == (6, 6)
        tables = dask.build_hash_tables(client, walks, 50, output=tmp_path / "tables", margin=2.0)
        assert tables.tables > 0 and files(tmp_path / "tables") == whole[1]
        with pytest.raises(groma.InvalidArgumentError, match="parts"):
            dask.build_city(client, city_files["footprints"], tmp_path / "tiles", parts=0, **inputs)
        with pytest.raises(groma.NotFoundError):
            dask.build_hash_tables(client, tmp_path / "nothing", 50)
