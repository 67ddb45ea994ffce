"""Prepares the flights as Millrace does: contract, row features, aggregates, splits, statistics, Parquet.

prepare.py SOURCE FOLDER writes a part for each split and prints one line of JSON.
"""
import hashlib
import json
import pathlib
import resource
import sys
import time
from datetime import datetime

import polars as pl

source, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# Both clocks begin behind the imports, as Millrace's do.
started, used_before = time.perf_counter(), cpu_seconds()

flights = pl.read_parquet(source).with_columns(
    pl.col("date").cast(pl.Datetime("us")),
    pl.col("delay").cast(pl.Float64),
    pl.col("distance").cast(pl.Float64),
)
contract = (
    pl.all_horizontal(pl.all().is_not_null())
    & pl.col("distance").is_between(0, 10_000)
    & pl.col("delay").is_between(-1_500, 3_000)
    & (pl.col("origin").str.len_chars() <= 4)
    & (pl.col("destination").str.len_chars() <= 4)
)
rows = flights.with_columns(kept=contract)
broken = rows.filter(~pl.col("kept"))
rows = rows.filter(pl.col("kept")).drop("kept").with_columns(
    late=(pl.col("delay") > 15).cast(pl.UInt8),
    hour=pl.col("date").dt.hour().cast(pl.Float32),
    weekday=(pl.col("date").dt.weekday() % 7).cast(pl.Float32),
)
rows = rows.sort("date")


def windows(key: str, name: str, period: str, offset: str, values: list[pl.Expr]) -> pl.DataFrame:
    """One row for each time of a key; a window ends an hour before, without its end."""
    return (
        rows.select(key, "date", "late")
        .rolling("date", period=period, offset=offset, closed="left", group_by=key)
        .agg(values)
        .unique([key, "date"])
    )


late = [pl.col("late").mean().cast(pl.Float32)]
origin = windows("origin", "o", "3h", "-4h", [late[0].alias("origin_late_rate_3h")])
traffic = windows("origin", "n", "1h", "-2h", [pl.len().cast(pl.Float32).alias("origin_flights_1h")])
destination = windows("destination", "d", "3h", "-4h", [late[0].alias("destination_late_rate_3h")])
rows = (
    rows.join(origin, on=["origin", "date"], how="left")
    .join(traffic, on=["origin", "date"], how="left")
    .join(destination, on=["destination", "date"], how="left")
)

numbers = ["distance", "destination_late_rate_3h", "origin_flights_1h", "origin_late_rate_3h", "hour", "weekday"]
edges = [datetime(2001, 5, 1), datetime(2001, 6, 1), datetime(2001, 7, 1)]
date = pl.col("date")
splits = {
    "train": date < edges[0],
    "validation": (date >= edges[0]) & (date < edges[1]),
    "test": (date >= edges[1]) & (date < edges[2]),
}
found = {}
for name, condition in splits.items():
    split = (
        rows.filter(condition)
        .select("destination", "distance", "origin", *numbers[1:], "late", "date")
        .with_columns(pl.col("distance").cast(pl.Float32))
        .sort("date", "destination", "distance", "origin", *numbers[1:], "late")
    )
    path = folder / f"{name}.parquet"
    split.write_parquet(path, compression="zstd")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if name == "train":
        for column in numbers:
            values = split[column].drop_nulls()
            cuts = [values.quantile(i / 10) for i in range(1, 10)]
            values.cut(sorted(set(cuts))).value_counts()
        for column in ["origin", "destination"]:
            split[column].value_counts()
    sums = {c: float(split[c].cast(pl.Float64).sum()) for c in numbers}
    missing = {c: int(split[c].null_count()) for c in numbers}
    found[name] = {"rows": split.height, "late": int(split["late"].sum()), "sums": sums, "missing": missing, "sha256": digest}

seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds() - used_before, "broken": broken.height, "splits": found}))
