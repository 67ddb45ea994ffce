"""Trains LightGBM or scikit-learn on columns written by training-works.ts; prints one JSON row.

train.py <folder>: work.json says what the files hold.
"""

import json
import os
import re
import resource
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
work = json.loads((folder / "work.json").read_text())
# Before NumPy is loaded: its libraries take all processors otherwise.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(work["threads"])

import numpy as np  # noqa: E402

kinds = work["kinds"]
parameters = work["parameters"]
categories = [i for i, kind in enumerate(kinds) if kind == "int32"]


def load(split):
    columns = [
        np.fromfile(folder / f"{split}-{i}.bin", dtype=kind)
        for i, kind in enumerate(kinds)
    ]
    labels = np.fromfile(folder / f"{split}-labels.bin", dtype=np.uint8)
    return np.column_stack([c.astype(np.float32) for c in columns]), labels


def boost(train, labels):
    import lightgbm as lgb

    began = time.perf_counter()
    data = lgb.Dataset(
        train,
        labels,
        categorical_feature=categories,
        params={"max_bin": parameters["bins"], "verbose": -1, "num_threads": work["threads"]},
    ).construct()
    binned = time.perf_counter()
    model = lgb.train(
        {
            "objective": "binary",
            "num_leaves": parameters["leaves"],
            "learning_rate": parameters["learningRate"],
            "max_bin": parameters["bins"],
            "min_data_in_leaf": parameters["minLeafRows"],
            "min_sum_hessian_in_leaf": parameters["minLeafWeight"],
            "lambda_l2": parameters["l2"],
            "num_threads": work["threads"],
            "verbose": -1,
        },
        data,
        num_boost_round=parameters["trees"],
    )
    return binned - began, model.predict, lgb.__version__


def pipeline(last):
    """Categories one-hot, numbers standardised, then the model."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [i for i, kind in enumerate(kinds) if kind == "float32"]
    one_hot = OneHotEncoder(handle_unknown="ignore")
    encode = ColumnTransformer([("n", StandardScaler(), numbers), ("c", one_hot, categories)])
    return make_pipeline(encode, last)


def regress(train, labels):
    import sklearn
    from sklearn.linear_model import LogisticRegression

    last = LogisticRegression(C=1 / parameters["l2"], max_iter=parameters["maxIterations"])
    model = pipeline(last).fit(train, labels)
    return 0, lambda rows: model.predict_proba(rows)[:, 1], sklearn.__version__


def connect(train, labels):
    import sklearn
    from sklearn.neural_network import MLPClassifier

    last = MLPClassifier(
        hidden_layer_sizes=parameters["hiddenUnits"],
        max_iter=parameters["epochs"],
        batch_size=parameters["batchSize"],
        learning_rate_init=parameters["learningRate"],
        alpha=0,
        n_iter_no_change=parameters["epochs"],
        random_state=1,
    )
    model = pipeline(last).fit(train, labels)
    return 0, lambda rows: model.predict_proba(rows)[:, 1], sklearn.__version__


FAMILIES = {
    "gradient-boosting": boost,
    "logistic-regression": regress,
    "neural-network": connect,
}

fit = FAMILIES[work["family"]]
# Loading a library is no training.
if work["family"] == "gradient-boosting":
    import lightgbm  # noqa: F401
else:
    import sklearn.compose  # noqa: F401
    import sklearn.linear_model  # noqa: F401
    import sklearn.neural_network  # noqa: F401

train, train_labels = load("train")
before = resource.getrusage(resource.RUSAGE_SELF)
began = time.perf_counter()
binning, predict, version = fit(train, train_labels)
trained = time.perf_counter()
after = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss, which begins with what the process that started this one had.
status = Path("/proc/self/status").read_text()
peak = round(int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024)

from sklearn.metrics import log_loss, roc_auc_score  # noqa: E402

test, test_labels = load("test")
predicted = predict(test)
print(
    json.dumps(
        {
            "version": version,
            "binningSeconds": round(binning, 3),
            "trainingSeconds": round(trained - began - binning, 3),
            "processorSeconds": round(
                after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3
            ),
            "rocAuc": roc_auc_score(test_labels, predicted),
            "logLoss": log_loss(test_labels, predicted),
            "peakMegabytes": peak,
        }
    )
)
