"""How a build in parts grows, and what many machines would make of it.

    python3 benches/scale.py [--groma target/release/groma] [--scratch FOLDER] [--largest] [--quick]

prints the tables of BENCHMARKS.md, "Growth, and many machines". Cities and data sets are generated, planned, built in
parts and finished, each step by a process of its own. With --largest there is a city of 10,000,000 buildings, too, of
which one part of 1,000 is built: 20 GB of disk, and ten minutes of CPU more than the five without it.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PIXEL = 10
CELL_SIZE = "50"
TRAJECTORIES, INTERVAL = 1000, 20
# The parts that are built for real, and those of the largest city, of which one is.
PARTS, PARTS_OF_LARGEST = 16, 1000
WORKERS = (64, 1024)
# As docs/parts.md advises.
PARTS_PER_WORKER = 4


@dataclass
class Cost:
    """What one process took, with seconds of CPU and MiB of memory."""

    cpu: float
    wall: float
    # The most anonymous memory, which is what --memory-limit counts, and the most with the pages of files.
    anonymous: float
    resident: float
    # The CPU seconds that it had taken when a line of its progress came.
    lines: list[float] = field(default_factory=list)


def measure(command: list[str], begins: str = "\0") -> Cost:
    """Run a process to its end. Its memory is looked at often at first and later every 50 ms; lines of its progress
    are taken note of when they begin so."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    # The clock of all threads of another process (CPUCLOCK_SCHED in Linux).
    clock = ~process.pid << 3 | 2
    lines, said = [], []

    def listen() -> None:
        for line in process.stderr:
            said.append(line)
            if line.startswith(begins.encode()):
                try:
                    lines.append(time.clock_gettime(clock))
                except OSError:
                    # It has ended.
                    lines.append(math.inf)

    listener = threading.Thread(target=listen)
    listener.start()
    most = {"RssAnon": 0, "VmHWM": 0}
    pid = 0
    while pid == 0:
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in most:
                most[name] = max(most[name], int(value.split()[0]))
        time.sleep(min(0.05, 0.002 + (time.perf_counter() - started) / 20))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    listener.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{b''.join(said[-5:]).decode()}")
    cpu = usage.ru_utime + usage.ru_stime
    lines = [min(line, cpu) for line in lines]
    cost = Cost(cpu, wall, most["RssAnon"] / 1024, most["VmHWM"] / 1024, lines)
    memory = f"{cost.anonymous:.0f} of {cost.resident:.0f} MiB"
    print(f"{cost.cpu:9.2f} CPU s {wall:9.2f} s {memory:>18}  {' '.join(command[1:4])}", file=sys.stderr, flush=True)
    return cost


@dataclass
class Built:
    """A job in parts: what each step took, and what its units are."""

    of: int
    plan: Cost
    parts: list[Cost]
    finish: Cost | None
    start_up: float
    # Of each tile or shard: the work that the plan estimates, and the CPU seconds that it took.
    work: list[int]
    seconds: list[float]
    whole: Cost | None = None


def shares(work: list[int], count: int) -> list[range]:
    """Return the units of each part, as src/job/part.rs cuts them: each is where its middle lies."""
    total, before, parts = sum(work), 0, [[] for _ in range(count)]
    for unit, one in enumerate(work):
        parts[min((2 * before + one) * count // (2 * total), count - 1)].append(unit)
        before += one
    return [range(part[0], part[-1] + 1) if part else range(0) for part in parts]


def seconds_of_parts(built: Built, count: int) -> list[float]:
    return [built.start_up + sum(built.seconds[unit] for unit in share) for share in shares(built.work, count)]


def simulated(built: Built, workers: int) -> float:
    """Return the seconds until the last worker has no part left, when each takes the next as soon as it is free."""
    free = [0.0] * workers
    for seconds in seconds_of_parts(built, workers * PARTS_PER_WORKER):
        heapq.heapreplace(free, free[0] + seconds)
    return max(free)


def start_up_of(build: list[str], units: int) -> float:
    """Return the CPU seconds of a part that has nothing to do: the middle of no unit lies in the first of so many."""
    nothing = [*build, "--part", f"1/{200 * units}"]
    return statistics.median(measure(nothing).cpu for _ in range(9))


def all_parts(build: list[str], begins: str = "\0") -> list[Cost]:
    """Build all parts, one after the other."""
    return [measure([*build, "--part", f"{part}/{PARTS}"], begins) for part in range(1, PARTS + 1)]


def city(groma: str, scratch: Path, buildings: int, is_largest: bool) -> Built:
    town, store = scratch / f"town-{buildings}", str(scratch / f"store-{buildings}")
    measure([groma, "city", "generate", str(town), "--buildings", str(buildings), "--pixel", str(PIXEL)])
    inputs = [str(town / "footprints.geojson"), "--terrain", str(town / "terrain.tif")]
    plan = measure([groma, "city", "plan", *inputs, "--store", store, "--threads", "2"])
    work = json.loads((Path(store) / "prepared" / "plan.json").read_text())["work"]
    build = [groma, "city", "build", "--store", store, "--threads", "1"]
    start_up = start_up_of(build, len(work))
    if is_largest:
        part = measure([*build, "--part", f"1/{PARTS_OF_LARGEST}"])
        return Built(buildings, plan, [part], None, start_up, work, [])
    parts = all_parts(build, "tile ")
    seconds = []
    for part, units in zip(parts, shares(work, PARTS)):
        assert len(part.lines) == len(units), "a line tells of each tile"
        seconds += [after - before for before, after in zip([start_up, *part.lines], part.lines)]
    finish = measure([groma, "city", "finish", "--store", store, "--threads", "2"])
    built = Built(buildings, plan, parts, finish, start_up, work, seconds)
    if buildings <= 100_000:
        whole = ["--store", str(scratch / f"whole-{buildings}"), "--threads", "1"]
        built.whole = measure([groma, "city", "build", *inputs, *whole])
    return built


def trajectories(groma: str, scratch: Path, shards: int) -> Built:
    data = str(scratch / f"shards-{shards}")
    sizes = ["--trajectories", str(TRAJECTORIES), "--shards", str(shards), "--interval", str(INTERVAL)]
    measure([groma, "trajectories", "generate", data, *sizes])
    common = [data, "--cell-size", CELL_SIZE]
    plan = measure([groma, "trajectories", "plan", *common, "--threads", "2"])
    build = [groma, "trajectories", "build", *common, "--threads", "1"]
    start_up, parts = start_up_of(build, shards), all_parts(build)
    # All shards are of one size; those of a part take the same time each.
    seconds = [
        max(0.0, part.cpu - start_up) / len(share)
        for part, share in zip(parts, shares([1] * shards, PARTS))
        for _ in share
    ]
    finish = measure([groma, "trajectories", "finish", *common, "--threads", "2"])
    whole = [data, "--cell-size", CELL_SIZE, "--output", str(scratch / f"whole-{shards}"), "--threads", "1"]
    whole = measure([groma, "trajectories", "build", *whole])
    return Built(shards, plan, parts, finish, start_up, [1] * shards, seconds, whole)


def with_drawn_units(largest: Built, measured: Built) -> Built:
    """Give the largest city, of which few tiles are made, those of the one before: for each tile the CPU seconds that
    some tile of it took, as the work of both is; and ten times its end."""
    rates = [seconds / work for seconds, work in zip(measured.seconds, measured.work)]
    draw = random.Random(1)
    seconds = [work * draw.choice(rates) for work in largest.work]
    factor = largest.of / measured.of
    finish = Cost(measured.finish.cpu * factor, measured.finish.wall * factor, math.nan, math.nan)
    return Built(largest.of, largest.plan, largest.parts, finish, largest.start_up, largest.work, seconds)


def shown(value: float | None) -> str:
    """Return a number with three figures that count, but a whole one whole; what was not measured is left empty."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    digits = 0 if value == 0 else min(3, max(0, 2 - math.floor(math.log10(value))))
    return f"{value:,.{digits}f}"


def exponents(sizes: list[int], values: list[float]) -> list[str]:
    """Return those of the power laws through all sizes, by least squares, and through the last two."""
    logs = [[math.log(value) for value in axis] for axis in (sizes, values)]
    slopes = [statistics.linear_regression(*(axis[first:] for axis in logs)).slope for first in (0, -2)]
    return [f"{slope:.2f}" for slope in slopes]


def table(*rows: list[str]) -> None:
    print("\n| " + " | ".join(rows[0]) + " |\n" + "|---" * len(rows[0]) + "|")
    print("\n".join("| " + " | ".join(row) + " |" for row in rows[1:]), flush=True)


def growth(unit: str, units: str, jobs: list[Built]) -> None:
    """Print what each step took of each size, and how that grows."""
    rows = []

    def add(name: str, of: Callable[[Built], float | None], grows: bool = True) -> None:
        values = [of(job) for job in jobs]
        known = [(job.of, value) for job, value in zip(jobs, values) if value is not None]
        fitted = exponents(*map(list, zip(*known))) if grows else ["", ""]
        rows.append([name, *map(shown, values), *fitted])

    add(units, lambda job: len(job.work), grows=False)
    add("plan, CPU s", lambda job: job.plan.cpu)
    add("plan, wall s", lambda job: job.plan.wall, grows=False)
    add("plan, MiB", lambda job: job.plan.anonymous)
    add("plan, MiB with files", lambda job: job.plan.resident)
    add("start of a part, CPU ms", lambda job: job.start_up * 1e3)
    which = f"a part of {PARTS}" + (f" (last: of {PARTS_OF_LARGEST:,})" if jobs[-1].finish is None else "")
    add(f"{which}, CPU s", lambda job: statistics.mean(part.cpu for part in job.parts), grows=False)
    add("the same, wall s", lambda job: statistics.mean(part.wall for part in job.parts), grows=False)
    add("the same, MiB", lambda job: max(part.anonymous for part in job.parts))
    add("the same, MiB with files", lambda job: max(part.resident for part in job.parts))
    add("all parts, CPU s", lambda job: sum(part.cpu for part in job.parts) if job.finish else None)
    add("finish, CPU s", lambda job: job.finish and job.finish.cpu)
    add("finish, MiB", lambda job: job.finish and job.finish.anonymous)
    add("build in one piece, CPU s", lambda job: job.whole and job.whole.cpu)
    table([unit, *(f"{job.of:,}" for job in jobs), "exponent", "of the last step"], *rows)


def projection(jobs: list[tuple[str, Built]]) -> None:
    """Print what many workers would take: by the law of Amdahl, and by simulation."""
    rows = []
    for name, job in jobs:
        serial, parts = job.plan.cpu + job.finish.cpu, sum(job.seconds)
        row = [name, shown(serial), shown(parts), f"{100 * serial / (serial + parts):.1f} %"]
        for workers in WORKERS:
            for seconds in (serial + parts / workers, serial + simulated(job, workers)):
                row.append(f"{shown(seconds)} ({shown((serial + parts) / seconds)})")
        rows.append(row)
    heads = [f"{workers:,} workers, {how}" for workers in WORKERS for how in ("by the law", "simulated")]
    table(["", "plan and finish, CPU s", "units, CPU s", "not divisible", *heads], *rows)


def balance(jobs: list[tuple[str, Built]]) -> None:
    """Print how much longer the longest part takes than the mean, as the measured units make parts."""
    rows = []
    for name, job in jobs:
        every = [seconds_of_parts(job, count) for count in (PARTS, *WORKERS)]
        rows.append([name, *(shown(max(one) / statistics.mean(one)) for one in every)])
    heads = [f"{PARTS} parts", *(f"{count:,}, from units" for count in WORKERS)]
    table(["longest part beside the mean", *heads], *rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groma", default="target/release/groma", help="the program [default: %(default)s]")
    parser.add_argument("--scratch", type=Path, help="a folder to work in [default: the system's]")
    parser.add_argument("--largest", action="store_true", help="a city of 10,000,000 buildings, too")
    parser.add_argument("--quick", action="store_true", help="without the largest two of each")
    arguments = parser.parse_args()
    buildings, shards = [10_000, 100_000, 1_000_000], [3, 30, 300, 3_000]
    if arguments.quick:
        buildings, shards = [1_000, 10_000], shards[:2]
    largest = [10_000_000] if arguments.largest else []
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as scratch:
        # Nothing is removed before the end: new files are dear after many were removed.
        tables = [trajectories(arguments.groma, Path(scratch), count) for count in shards]
        growth("shards", "shards", tables)
        cities = [city(arguments.groma, Path(scratch), count, count in largest) for count in buildings + largest]
        growth("buildings", "tiles", cities)
    if largest:
        cities[-1] = with_drawn_units(*cities[:-3:-1])
    jobs = [(f"{job.of:,} buildings", job) for job in cities] + [(f"{job.of:,} shards", job) for job in tables[-2:]]
    projection(jobs)
    balance(jobs)


main()
