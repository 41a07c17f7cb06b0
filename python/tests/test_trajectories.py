"""Trajectories: data sets from tables in memory, their hash tables, and queries, compared with brute force."""

import numpy as np
import pytest
from conftest import required

import groma

STEP = 7
RADIUS = 180.0


@pytest.fixture(scope="module")
def dataset(walks):
    return groma.Dataset(walks)


@pytest.fixture(scope="module")
def samples(dataset):
    """Ids and positions, in double, of all samples at each time step."""
    first, last = dataset.steps
    steps = {}
    for step in range(first, last + 1):
        at = dataset.samples_at(step)
        steps[step] = at["id"], at["position"].astype(np.float64)
    return steps


def distances(positions, centre):
    away = positions - np.asarray(centre, dtype=np.float64)
    return np.sqrt(away[:, 0] ** 2 + away[:, 1] ** 2 + away[:, 2] ** 2)


def within(samples, step, centre, radius):
    ids, positions = samples[step]
    measured = distances(positions, centre)
    return {int(i): float(d) for i, d in zip(ids[measured <= radius], measured[measured <= radius])}


def test_the_report_of_a_build(walks, tmp_path):
    report = groma.build_hash_tables(walks, 25.0, output=tmp_path, steps=(3, 9), threads=1)
    assert (report.first_step, report.last_step, report.steps, report.tables) == (3, 9, 7, 7)
    assert report.cell_size == 25.0 and report.samples > 2000 and report.warnings == []
    assert len(list((tmp_path / "spatial_hashing" / "cellsize_25.000").glob("timestep_*.bin"))) == 7
    assert "7 tables" in str(report) and "7 tables" in repr(report)
    assert groma.build_hash_tables(walks, 25.0, output=tmp_path, steps=range(3, 10), resume=True).tables_written == 0
    with pytest.raises(AttributeError, match="it has"):
        getattr(report, "colour")  # noqa: B009
    for options, message in [
        ({"cell_size": 0.0}, "cell_size"),
        ({"cell_size": 5.0, "on_bad_shard": "drop"}, "on_bad_shard"),
        ({"cell_size": 5.0, "steps": range(0, 10, 2)}, "without gaps"),
        ({"cell_size": 5.0, "memory_limit": 1}, "memory limit"),
    ]:
        with pytest.raises((groma.InvalidArgumentError, MemoryError), match=message):
            groma.build_hash_tables(walks, **options)


def test_a_radius(dataset, samples):
    centre = (20.0, -30.0, 40.0)
    found = dataset.query_radius(STEP, centre, RADIUS)
    expected = within(samples, STEP, centre, RADIUS)
    assert len(found) == 1 and len(expected) > 5
    assert found.ids.tolist() == sorted(expected)
    assert found.samples["distance"].tolist() == [expected[i] for i in sorted(expected)]
    assert {id: float(one["distance"][0]) for id, one in found[0]} == expected
    assert (found.samples["time_step"] == STEP).all() and found.images.shape == (0, 3)
    assert dataset.query_radius(STEP, list(centre), RADIUS).ids.tolist() == found.ids.tolist()
    with pytest.raises(IndexError):
        found[1]


@pytest.mark.parametrize("count", [1, 3, 200])
def test_many_points_at_once(dataset, samples, count):
    points = np.random.default_rng(count).uniform(-500, 500, (count, 3))
    found = dataset.query_radius(STEP, points, RADIUS)
    assert len(found) == count
    for n, point in enumerate(points):
        assert {id: float(one["distance"][0]) for id, one in found[n]} == within(samples, STEP, point, RADIUS)
    nearest = dataset.query_nearest(STEP, points, 5)
    for n, point in enumerate(points):
        ids, positions = samples[STEP]
        measured = distances(positions, point)
        order = np.lexsort((ids, measured))[:5]
        assert [id for id, _ in nearest[n]] == ids[order].tolist()
        assert [float(one["distance"][0]) for _, one in nearest[n]] == measured[order].tolist()


def test_two_radii(dataset):
    points = np.array([[0.0, 0.0, 0.0], [100.0, 50.0, 0.0]])
    both = dataset.query_dual_radius(STEP, points, 90.0, RADIUS)
    inner, outer = dataset.query_radius(STEP, points, 90.0), dataset.query_radius(STEP, points, RADIUS)
    assert len(both) == 4
    for n in range(2):
        assert [id for id, _ in both[2 * n]] == [id for id, _ in inner[n]]
        assert [id for id, _ in both[2 * n + 1]] == [id for id, _ in outer[n]]
    with pytest.raises(groma.InvalidArgumentError, match="inner_radius"):
        dataset.query_dual_radius(STEP, points, 2.0, 1.0)


def test_a_range_of_time_steps(dataset, samples):
    centre = (0.0, 100.0, 0.0)
    expected = {}
    for step in range(5, 21):
        for id, distance in within(samples, step, centre, RADIUS).items():
            expected.setdefault(id, {})[step] = distance
    for steps in ((5, 20), range(5, 21)):
        found = dataset.query_radius(steps, centre, RADIUS)
        got = {id: dict(zip(one["time_step"].tolist(), one["distance"].tolist())) for id, one in found[0]}
        assert got == expected


def test_a_moving_trajectory_and_its_path(dataset, samples):
    moving = int(samples[5][0][0])
    found = dataset.query_trajectory((5, 20), moving, RADIUS)
    expected = {}
    for step in range(5, 21):
        ids, positions = samples[step]
        at = positions[ids == moving]
        if len(at):
            for id, distance in within(samples, step, at[0], RADIUS).items():
                expected.setdefault(id, {})[step] = distance
    del expected[moving]
    assert found.ids.tolist() == sorted(expected) and len(expected) > 5
    for id, one in found[0]:
        near = one["distance"] <= RADIUS
        assert dict(zip(one["time_step"][near].tolist(), one["distance"][near].tolist())) == expected[id]
        assert near[0] and near[-1]
    positions = dataset.positions(moving, (5, 20))
    there = ~np.isnan(positions[:, 0])
    steps = np.arange(5, 21)[there]
    along = dataset.query_path(steps, positions[there], RADIUS, leave_out=moving)
    assert np.array_equal(along.to_numpy(), found.to_numpy())
    assert len(dataset.query_trajectory((5, 20), [moving, moving], RADIUS)) == 2
    with pytest.raises(groma.NotFoundError, match="no sample of trajectory"):
        dataset.query_trajectory((5, 20), 10**6, RADIUS)


def test_a_periodic_volume(dataset, samples):
    centre, extent = (300.0, 300.0, 0.0), 700.0
    ids, positions = samples[STEP]
    expected = set()
    for shift in np.ndindex(3, 3, 3):
        offset = (np.array(shift) - 1) * extent
        near = distances(positions, np.asarray(centre) - offset) <= RADIUS
        expected |= {(int(id), *(int(s) - 1 for s in shift)) for id in ids[near]}
    assert any(image != [0, 0, 0] for _, *image in expected)
    for periodic in ((extent,) * 3, ((extent,) * 3, (-500.0,) * 3)):
        found = dataset.query_radius(STEP, centre, RADIUS, periodic=periodic)
        of_samples = np.repeat(found.ids, np.diff(found.sample_offsets).astype(int))
        assert {(int(id), *image) for id, image in zip(of_samples, found.images.tolist())} == expected
    unwrapped = dataset.query_radius(STEP, centre, RADIUS, periodic=(extent,) * 3, unwrapped=True).samples
    assert (distances(unwrapped["position"].astype(float), centre) <= RADIUS + 1e-3).all()
    other = groma.Dataset(dataset.path)
    other.periodic = (extent,) * 3
    assert np.array_equal(other.periodic, [[extent] * 3, [0.0] * 3])
    assert len(other.query_radius(STEP, centre, RADIUS).samples) == len(expected)
    plain = other.query_radius(STEP, centre, RADIUS, periodic=False)
    assert plain.ids.tolist() == sorted(within(samples, STEP, centre, RADIUS))
    with pytest.raises(groma.InvalidArgumentError, match="periodic"):
        dataset.query_radius(STEP, centre, RADIUS, periodic=(1.0, 2.0))


@pytest.mark.parametrize("both_ways", [False, True])
def test_neighbours(dataset, samples, both_ways):
    near = dataset.neighbours(STEP, RADIUS, both_ways=both_ways)
    ids, positions = samples[STEP]
    assert near.ids.tolist() == ids.tolist() and near.positions.tolist() == positions.tolist()
    expected = {}
    for i in range(len(ids)):
        measured = distances(positions, positions[i])
        for j in np.flatnonzero(measured <= RADIUS):
            if j > i or (both_ways and i != j):
                expected[i, int(j)] = float(measured[j])
    assert list(zip(near.i.tolist(), near.j.tolist())) == sorted(expected)
    assert near.distances.tolist() == [expected[pair] for pair in sorted(expected)]
    pairs = near.to_numpy()
    assert (ids[pairs["i"]] == pairs["id_i"]).all() and (ids[pairs["j"]] == pairs["id_j"]).all()
    periodic = dataset.neighbours(STEP, RADIUS, both_ways=both_ways, periodic=(700.0,) * 3)
    assert len(periodic) > len(near) and periodic.images.shape == (len(periodic), 3) and near.images.shape == (0, 3)


def test_neighbours_are_those_of_scipy(dataset):
    spatial = required("scipy.spatial")
    near = dataset.neighbours(STEP, RADIUS)
    tree = spatial.cKDTree(near.positions.astype(np.float64))
    assert {tuple(pair) for pair in tree.query_pairs(RADIUS)} == set(zip(near.i.tolist(), near.j.tolist()))


def test_answers_as_frames(dataset):
    found = dataset.query_radius((STEP, STEP + 1), np.zeros((2, 3)), RADIUS)
    rows = found.to_numpy()
    assert rows.dtype.names == ("query", "id", "time_step", "distance", "x", "y", "z")
    assert np.array_equal(rows["query"], np.repeat([0, 1], len(rows) // 2)) and len(rows) == len(found.samples)
    pandas, pyarrow = required("pandas"), required("pyarrow")
    frame = found.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and frame["distance"].tolist() == rows["distance"].tolist()
    table = pyarrow.table(found)
    assert table.column_names == list(rows.dtype.names) and table.equals(found.to_arrow())
    pairs = dataset.neighbours(STEP, RADIUS)
    assert len(pairs.to_pandas()) == pairs.to_arrow().num_rows == len(pairs)


def test_a_data_set_from_arrays_comes_back(tmp_path):
    rng = np.random.default_rng(5)
    rows = {
        "id": np.repeat(np.arange(50), 20)[::-1],
        "frame": np.tile(np.arange(100, 120, dtype=np.int32), 50)[::-1],
        "x": rng.normal(size=1000).astype(np.float32),
        "y": rng.normal(size=1000),
        "z": rng.normal(size=1000),
    }
    report = groma.import_trajectories(rows, tmp_path / "set", interval=7)
    assert (report.samples, report.trajectories, report.shards) == (1000, 50, 3)
    dataset = groma.Dataset(tmp_path / "set", build_missing=True, cell_size=1.0)
    # The last shard goes on to time step 120.
    assert dataset.steps == (100, 119)
    assert len(dataset.positions(0)) == 20
    with pytest.raises(groma.NotFoundError, match="no sample of trajectory 77"):
        dataset.positions(77)
    for id in (0, 31):
        chosen = np.flatnonzero(rows["id"] == id)
        chosen = chosen[np.argsort(rows["frame"][chosen])]
        expected = np.stack([rows[axis][chosen].astype(np.float32) for axis in "xyz"], axis=1)
        assert np.array_equal(dataset.positions(id, (100, 119)), expected)
    assert len(dataset.query_radius(105, (0, 0, 0), 100.0).ids) == 50
    structured = np.rec.fromarrays([rows["id"], rows["frame"], rows["x"], rows["y"]], names="id,frame,x,y")
    assert groma.import_trajectories(structured, tmp_path / "flat").samples == 1000
    assert (groma.Dataset(tmp_path / "flat").positions(3)[:, 2] == 0).all()


def test_a_data_frame(tmp_path):
    pandas = required("pandas")
    frame = pandas.DataFrame(
        {
            "particle": ["a", "b", "a", None],
            "time": pandas.to_datetime(["2024-05-01 12:00:00", "2024-05-01 12:00:00", "2024-05-01 12:00:01"] + [None]),
            "x": pandas.array([1, None, 3, 4], dtype="Int64"),
            "y": [0.5, 0.5, 1.5, 2.5],
            "note": ["", "x", "y", "z"],
        }
    )
    report = groma.import_trajectories(frame[:3], tmp_path / "set", time_per_step=0.5)
    assert (report.samples, report.rows_without_position, report.numbered_ids) == (2, 1, 2)
    assert "DataFrame" not in str(report) and (tmp_path / "set" / "ids.csv").exists()
    assert np.array_equal(groma.Dataset(tmp_path / "set").positions(1), [[1, 0.5, 0], [np.nan] * 3, [3, 1.5, 0]], True)
    origin = groma.import_trajectories(
        {"id": [1], "frame": [0], "x": [6.4e6], "y": [3.2e5]}, tmp_path / "far", origin="auto"
    )
    assert origin.coordinate_origin == [6.4e6, 3.2e5, 0.0]
    assert groma.Dataset(tmp_path / "far").coordinate_origin == origin.coordinate_origin


def test_a_file(tmp_path):
    (tmp_path / "walks.csv").write_text("id,frame,x,y\n7,0,1,2\n7,1,1.5,2\n")
    assert groma.import_trajectories(tmp_path / "walks.csv", tmp_path / "set").samples == 2
    assert groma.import_trajectories([str(tmp_path / "walks.csv")], tmp_path / "again").format == "a table with commas"


def test_what_makes_no_data_set_is_refused(tmp_path):
    good = {"id": [1, 1], "frame": [0, 1], "x": [0.0, 0.0], "y": [0.0, 0.0]}
    for change, error, message in [
        ({"frame": [0, 0]}, groma.BadFormatError, "rows 1 and 2|row 2"),
        ({"frame": [0.0, 0.5]}, groma.BadFormatError, "the dict: column frame has times"),
        ({"frame": [0, -1]}, groma.BadFormatError, "the dict: row 2, column frame"),
        ({"x": [0.0]}, groma.InvalidArgumentError, "column x with 1 values"),
        ({"x": [[0.0], [1.0]]}, groma.InvalidArgumentError, "shape"),
    ]:
        with pytest.raises(error, match=message):
            groma.import_trajectories({**good, **change}, tmp_path / "set")
    with pytest.raises(groma.GromaError, match="structured array"):
        groma.import_trajectories(np.zeros((3, 4)), tmp_path / "set")
    with pytest.raises(groma.InvalidArgumentError, match="duplicates"):
        groma.import_trajectories(good, tmp_path / "set", duplicates="both")
    with pytest.raises(groma.InvalidArgumentError, match="columns is name"):
        groma.import_trajectories(good, tmp_path / "set", columns={"name": "id"})
    assert not (tmp_path / "set").exists()


def test_which_tables_are_used(walks, tmp_path):
    groma.build_hash_tables(walks, 40, output=tmp_path, steps=(0, 2))
    groma.build_hash_tables(walks, 80, output=tmp_path, steps=(0, 2))
    dataset = groma.Dataset(walks, tables_folder=tmp_path)
    assert dataset.cell_sizes() == [40.0, 80.0] and dataset.table_steps(40) == [0, 1, 2]
    with pytest.raises(groma.InvalidArgumentError, match="cell_size is missing.*40, 80"):
        dataset.query_radius(0, (0, 0, 0), 10.0)
    found = dataset.query_radius(0, (0, 0, 0), 200.0, cell_size=80)
    assert len(found.ids) > 0 and dataset.memory()["tables"] == 1
    dataset.unload()
    assert dataset.memory()["tables"] == 0
    with pytest.raises(groma.NotFoundError, match="3"):
        dataset.query_radius(3, (0, 0, 0), 10.0, cell_size=40)
    for centre in ((0.0, 0.0), [[1.0, 2.0]], np.zeros((2, 2))):
        with pytest.raises(groma.InvalidArgumentError, match="centre is of shape"):
            dataset.query_radius(0, centre, 10.0, cell_size=40)
    with pytest.raises(groma.NotFoundError):
        groma.Dataset(tmp_path / "none")


def test_a_picture(walks, tmp_path):
    assert groma.preview_step(walks, 3, tmp_path / "step.png", width=200) > 100
    assert (tmp_path / "step.png").read_bytes().startswith(b"\x89PNG")


def test_masked_values_are_missing_and_steps_are_whole(tmp_path):
    table = {
        "id": [1, 1, 1],
        "frame": [0, 1, 2],
        "x": np.ma.array([1.0, -9999.0, 3.0], mask=[False, True, False]),
        "y": [0.0, 0.0, 0.0],
    }
    groma.import_trajectories(table, tmp_path / "walk", progress=False)
    dataset = groma.Dataset(tmp_path / "walk")
    assert np.isnan(dataset.positions(1)[1]).all()
    groma.build_hash_tables(tmp_path / "walk", 5.0, progress=False)
    with pytest.raises(groma.InvalidArgumentError, match="whole"):
        dataset.query_radius(1.9, (0, 0, 0), 10.0)
    with pytest.raises(groma.InvalidArgumentError, match="first and the last"):
        dataset.query_radius((0, 1, 2), (0, 0, 0), 10.0)


def test_the_same_rows_in_every_kind_of_table(tmp_path):
    pandas, pyarrow = required("pandas"), required("pyarrow")
    rows = {
        "id": np.array([4, 4, 9, 9]),
        "frame": np.array([2, 3, 2, 4]),
        "x": np.array([0.5, 1.5, 2.5, 3.5]),
        "y": np.array([7.0, 6.0, 5.0, 4.0]),
    }
    frame = pandas.DataFrame(rows)
    times = pandas.to_timedelta(rows["frame"] * 0.25, unit="s")
    timed = {"id": rows["id"], "x": rows["x"], "y": rows["y"]}
    since = pandas.Timestamp("2024-05-01 12:00", tz="Europe/Amsterdam") + times
    tables = {
        "frame": frame,
        "index": frame.set_index("frame"),
        "two levels": frame.set_index(["id", "frame"]),
        "index beside a column": frame.set_index("frame", drop=False),
        "arrow": pyarrow.Table.from_pandas(frame),
        "big endian": {name: column.astype(column.dtype.newbyteorder(">")) for name, column in rows.items()},
        "records": frame.to_records(index=False),
        "lists": {name: column.tolist() for name, column in rows.items()},
        "times": {**timed, "time": times.to_numpy()},
        "times of pandas": pandas.DataFrame({**timed, "time": times}),
        "dates": pandas.DataFrame({**timed, "time": since}),
        "dates of Python": {**timed, "time": [time.to_pydatetime() for time in since]},
    }
    expected = np.array([[0.5, 7.0, 0.0], [1.5, 6.0, 0.0]], dtype=np.float32)
    for name, table in tables.items():
        step = {"time_per_step": 0.25} if "time" in name or "dates" in name else {}
        report = groma.import_trajectories(table, tmp_path / name, **step)
        assert (report.samples, report.trajectories) == (4, 2), name
        first = report.first_step
        assert first == (0 if "dates" in name else 2), name
        dataset = groma.Dataset(tmp_path / name)
        assert dataset.steps == (first, first + 2), name
        assert np.array_equal(dataset.positions(4, (first, first + 1)), expected), name
    for wrong, message in [
        ({"time": np.array(["2024-05-01", "NaT"], dtype="datetime64[s]")}, "column time has rows without a time"),
        ({"x": np.array([1j, 2j])}, "column x is of type complex128"),
    ]:
        table = {"id": [1, 1], "time": [0.0, 1.0], "x": [0.0, 1.0], "y": [0.0, 1.0], **wrong}
        with pytest.raises(groma.InvalidArgumentError, match=message):
            groma.import_trajectories(table, tmp_path / "wrong", time_per_step=1.0)
