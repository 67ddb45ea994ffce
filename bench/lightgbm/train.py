"""Trains LightGBM on columns written by compare.ts; prints one JSON row.

train.py <folder>: work.json says what the files hold.
"""

import json
import re
import resource
import sys
import time
from pathlib import Path

import lightgbm as lgb
import numpy as np
from sklearn.metrics import roc_auc_score

folder = Path(sys.argv[1])
work = json.loads((folder / "work.json").read_text())


def load(split):
    columns = [
        np.fromfile(folder / f"{split}-{i}.bin", dtype=kind)
        for i, kind in enumerate(work["kinds"])
    ]
    labels = np.fromfile(folder / f"{split}-labels.bin", dtype=np.uint8)
    return np.column_stack([c.astype(np.float32) for c in columns]), labels


train, train_labels = load("train")
before = resource.getrusage(resource.RUSAGE_SELF)
began = time.perf_counter()
data = lgb.Dataset(
    train,
    train_labels,
    categorical_feature=[i for i, kind in enumerate(work["kinds"]) if kind == "int32"],
    params={"max_bin": work["bins"], "verbose": -1, "num_threads": work["threads"]},
).construct()
binned = time.perf_counter()
model = lgb.train(
    {
        "objective": "binary",
        "num_leaves": work["leaves"],
        "learning_rate": work["learningRate"],
        "max_bin": work["bins"],
        "min_data_in_leaf": work["minLeafRows"],
        "min_sum_hessian_in_leaf": work["minLeafWeight"],
        "lambda_l2": work["l2"],
        "num_threads": work["threads"],
        "verbose": -1,
    },
    data,
    num_boost_round=work["trees"],
)
trained = time.perf_counter()
after = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss, which begins with what the process that started this one had.
status = Path("/proc/self/status").read_text()
peak = round(int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024)
test, test_labels = load("test")
print(
    json.dumps(
        {
            "version": lgb.__version__,
            "binningSeconds": round(binned - began, 3),
            "trainingSeconds": round(trained - binned, 3),
            "processorSeconds": round(
                after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3
            ),
            "rocAuc": roc_auc_score(test_labels, model.predict(test)),
            "peakMegabytes": peak,
        }
    )
)
