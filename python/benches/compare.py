"""groma from Python beside scipy, freud and DTCC Core: the same work in one run, in turns.

    python python/benches/compare.py [--quick]

prints the tables of BENCHMARKS.md. What is not installed is left out, and said so.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import groma

BOX = 1000.0
RADIUS = 20.0


def paired(rounds: int, **work: Callable[[], object]) -> dict[str, tuple[float, float]]:
    """Run each work once per round, in turns; return medians of wall and processor time, in seconds."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, one in work.items():
            wall, cpu = time.perf_counter(), time.process_time()
            one()
            times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {name: tuple(map(statistics.median, zip(*both))) for name, both in times.items()}


def show(title: str, found: dict[str, tuple[float, float]], unit: float, name: str) -> None:
    print(f"\n| {title} | wall, {name} | CPU, {name} |\n|---|---|---|")
    for label, (wall, cpu) in found.items():
        print(f"| {label.replace('_', ' ')} | {wall * unit:,.2f} | {cpu * unit:,.2f} |")


def data_set(folder: Path, samples: int) -> groma.Dataset:
    """Make a data set of one time step of points that lie anywhere in a box, with its table."""
    points = np.random.default_rng(1).uniform(0, BOX, (samples, 3)).astype(np.float32)
    table = {"id": np.arange(samples), "frame": np.zeros(samples, dtype=int)}
    groma.import_trajectories({**table, **dict(zip("xyz", points.T))}, folder, progress=False)
    groma.build_hash_tables(folder, RADIUS, progress=False)
    return groma.Dataset(folder)


def neighbours(dataset: groma.Dataset, samples: int, rounds: int) -> None:
    """Compare all pairs within a radius: whoever needs a tree builds it, as there is one for each time step."""
    points = dataset.samples_at(0)["position"].astype(np.float64)
    counts = {}

    def with_groma() -> None:
        counts["groma"] = len(dataset.neighbours(0, RADIUS))

    def from_files() -> None:
        groma.Dataset(dataset.path, cache_limit=0).neighbours(0, RADIUS)

    work: dict[str, Callable[[], object]] = {"groma": with_groma, "groma,_opened_anew": from_files}
    try:
        from scipy.spatial import cKDTree

        def with_scipy() -> None:
            counts["scipy"] = len(cKDTree(points).query_pairs(RADIUS, output_type="ndarray"))

        def with_distances() -> None:
            tree = cKDTree(points)
            tree.sparse_distance_matrix(tree, RADIUS, output_type="ndarray")

        work["scipy_cKDTree,_pairs_alone"] = with_scipy
        work["scipy_cKDTree,_both_ways_with_distances"] = with_distances
    except ImportError:
        print("scipy is not installed")
    try:
        import freud

        box, centred = freud.box.Box.cube(10 * BOX), points.astype(np.float32) - BOX / 2

        def with_freud() -> None:
            query = freud.AABBQuery(box, centred).query(centred, {"r_max": RADIUS, "exclude_ii": True})
            counts["freud"] = len(query.toNeighborList()) // 2

        work["freud_AABBQuery,_both_ways"] = with_freud
    except ImportError:
        print("freud is not installed")
    found = paired(rounds, **work)
    show(f"neighbours of a step, {samples:,} samples, {counts['groma']:,} pairs", found, 1e3, "ms")
    others = {name: count for name, count in counts.items() if name != "groma"}
    # freud measures in single precision: pairs whose distance is the radius may be missing.
    assert all(abs(count - counts["groma"]) <= 1e-4 * counts["groma"] for count in others.values()), counts


def one_query(dataset: groma.Dataset, rounds: int) -> None:
    """Compare single radius queries, asked one after another from Python."""
    centres = [tuple(c) for c in np.random.default_rng(2).uniform(0, BOX, (1000, 3)).tolist()]
    many = np.array(centres)

    def with_groma() -> None:
        for centre in centres:
            dataset.query_radius(0, centre, 3 * RADIUS)

    def at_once() -> None:
        dataset.query_radius(0, many, 3 * RADIUS)

    work: dict[str, Callable[[], object]] = {"groma,_one_by_one": with_groma, "groma,_all_at_once": at_once}
    try:
        from scipy.spatial import cKDTree

        points = dataset.samples_at(0)["position"].astype(np.float64)
        tree = cKDTree(points)

        def with_scipy() -> None:
            for centre in centres:
                found = tree.query_ball_point(centre, 3 * RADIUS)
                np.linalg.norm(points[found] - centre, axis=1)

        work["scipy_cKDTree,_one_by_one,_with_distances"] = with_scipy
        work["scipy_cKDTree,_all_at_once,_indices_alone"] = lambda: tree.query_ball_point(many, 3 * RADIUS, workers=-1)
    except ImportError:
        pass
    show("one radius query, of 1,000", paired(rounds, **work), 1e3, "microseconds")


def city(folder: Path, buildings: int, rounds: int) -> None:
    """Build a city, each program in a process of its own for its memory."""
    files = groma.generate_city(folder / "city", buildings, progress=False)
    programs = {"groma": "groma", "groma, tiles on the disk alone": "groma-store", "DTCC Core, untiled": "dtcc"}
    print(f"\n| a city of {buildings:,} buildings | wall, s | CPU, s | peak RSS, MB |\n|---|---|---|---|")
    found: dict[str, list[list[float]]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            arguments = [sys.executable, __file__, "--program", program, files["footprints"], files["terrain"]]
            done = subprocess.run(arguments, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                found[name].append([float(number) for number in done.stdout.split()])
    for name, figures in found.items():
        if figures:
            wall, cpu, memory = map(statistics.median, zip(*figures))
            print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |")
        else:
            print(f"{name}: not installed")


def program(name: str, footprints: str, terrain: str) -> None:
    """Build a city by one program; print wall and processor time in seconds, and the peak memory in MB."""
    if name == "dtcc":
        import dtcc_core as dtcc

        loaded = dtcc.load_city(footprints)
        loaded.add_terrain(dtcc.load_raster(terrain))
    wall, cpu = time.perf_counter(), time.process_time()
    if name == "groma":
        groma.build_city_mesh(footprints, terrain=terrain, progress=False)
    elif name == "groma-store":
        with tempfile.TemporaryDirectory() as folder:
            groma.build_city_store(footprints, os.path.join(folder, "tiles"), terrain=terrain, progress=False)
    else:
        dtcc.build_city_mesh(loaded)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    # What getrusage tells began with the process that started this one.
    with open("/proc/self/status", encoding="ascii") as lines:
        peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(wall, cpu, peak / 1024)


def imports(rounds: int) -> None:
    """Measure `import groma` in processes of their own, with numpy and after it."""
    code = "import time, {0}; t = time.process_time(); import groma; print(time.process_time() - t)"
    print("\n| import groma | CPU, ms |\n|---|---|")
    for name, before in [("numpy imported before", "numpy"), ("numpy included", "sys")]:
        runs = [subprocess.run([sys.executable, "-c", code.format(before)], capture_output=True, text=True, check=True)
                for _ in range(rounds)]  # fmt: skip
        print(f"| {name} | {1e3 * statistics.median(float(run.stdout) for run in runs):.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and samples, to see that it works")
    parser.add_argument("--program", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.program:
        program(*arguments.program)
        return
    rounds = 3 if arguments.quick else 9
    print(
        f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, groma {groma.__version__}, medians of {rounds}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for samples in [5_000] if arguments.quick else [20_000, 200_000]:
            dataset = data_set(folder / f"set-{samples}", samples)
            neighbours(dataset, samples, rounds)
            one_query(dataset, rounds)
        city(folder, 200 if arguments.quick else 2000, rounds)
    imports(rounds)


if __name__ == "__main__":
    main()
