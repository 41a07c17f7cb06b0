"""Other readers of tables on the CSV that groma imports: python3 import.py pandas|polars|parquet CSV OUT

The first two read the table, sort it by trajectory and time step, and write the positions as single-precision numbers, the
ids and time steps as whole ones. The third writes the table as a Parquet file, for groma.

pip install pandas polars pyarrow
"""

import sys


def with_pandas(table, out):
    import pandas

    rows = pandas.read_csv(table)
    rows = rows.sort_values(["id", "frame"], kind="stable")
    write(out, rows[["x", "y", "z"]].to_numpy("f4"), rows[["id", "frame"]].to_numpy("i4"))


def with_polars(table, out):
    import polars

    rows = polars.read_csv(table).sort(["id", "frame"])
    write(out, rows[["x", "y", "z"]].to_numpy().astype("f4"), rows[["id", "frame"]].to_numpy().astype("i4"))


def write(out, *arrays):
    with open(out, "wb") as file:
        for array in arrays:
            file.write(array.tobytes())


def as_parquet(table, out):
    import polars

    polars.read_csv(table).write_parquet(out)


def main():
    reader, table, out = sys.argv[1:]
    {"pandas": with_pandas, "polars": with_polars, "parquet": as_parquet}[reader](table, out)


if __name__ == "__main__":
    main()
