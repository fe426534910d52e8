"""Times scikit-learn and XGBoost over the LIFT paper's grids, one thread, for `bench baselines` to stand beside.

Usage: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 benchmarks/baselines.py FOLDER
FOLDER holds NAME_train.csv and NAME_test.csv without header, target last, and NAME.meta starting with c (classes) or r (numbers).
Writes one JSON object: {"rows": [{"table", "name", "setting", "seconds", "test"}], "versions": {...}}; seconds are CPU seconds of fit and predict.
"""
import itertools
import json
import pathlib
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn import dummy, ensemble, gaussian_process, kernel_ridge, linear_model, neighbors, neural_network, pipeline, preprocessing, svm, tree
from sklearn.gaussian_process.kernels import RBF, ConstantKernel

try:
    import xgboost
except ImportError:
    xgboost = None

warnings.filterwarnings("ignore")


def classifiers():
    yield "majority", "-", dummy.DummyClassifier()
    for c in (1, 10, 100):
        yield "logreg", f"C={c}", linear_model.LogisticRegression(C=c, random_state=0)
    for k, p in itertools.product((5, 1, 3), (1, 2)):
        yield "knn", f"k={k},p={p}", neighbors.KNeighborsClassifier(k, p=p)
    for criterion, depth in itertools.product(("gini", "entropy"), (3, 5, 20)):
        yield "tree", f"{criterion},d={depth}", tree.DecisionTreeClassifier(criterion=criterion, max_depth=depth, random_state=0)
    for kernel, c in itertools.product(("linear", "rbf"), (1, 10, 100)):
        yield "svm", f"{kernel},C={c}", svm.SVC(kernel=kernel, C=c)
    for rate in (0.001, 0.01, 0.1):
        yield "mlp", f"lr={rate}", neural_network.MLPClassifier((100, 100), learning_rate_init=rate, early_stopping=True, max_iter=300, random_state=1)
    for depth, split in itertools.product((3, 5, 10), (2, 5, 10)):
        yield "rf", f"d={depth},s={split}", ensemble.RandomForestClassifier(max_depth=depth, min_samples_split=split, random_state=0)
    if xgboost:
        for depth in (3, 5, 10):
            yield "xgboost", f"d={depth}", xgboost.XGBClassifier(max_depth=depth, verbosity=0, nthread=1)


def regressors():
    yield "poly", "deg=3", pipeline.make_pipeline(preprocessing.PolynomialFeatures(3), linear_model.LinearRegression())
    for gamma in (0.01, 0.1, 1):
        yield "krr", f"g={gamma}", kernel_ridge.KernelRidge(kernel="rbf", gamma=gamma)
    for k in (2, 5, 8):
        yield "knn", f"k={k}", neighbors.KNeighborsRegressor(k)
    for rate in (0.01, 0.001, 0.0001):
        yield "mlp", f"lr={rate}", neural_network.MLPRegressor((50, 50, 50), learning_rate_init=rate, max_iter=500, random_state=1)
    for rate in (0.1, 0.01, 0.001):
        yield "gbt", f"lr={rate}", ensemble.GradientBoostingRegressor(n_estimators=500, max_depth=4, min_samples_split=5, learning_rate=rate, random_state=0)
    for depth in (4, 6):
        yield "rf", f"d={depth}", ensemble.RandomForestRegressor(500, max_depth=depth, random_state=0)
    for restarts in (5, 10):
        kernel = ConstantKernel(1.41**2) * RBF(0.1)
        yield "gp", f"restarts={restarts}", gaussian_process.GaussianProcessRegressor(kernel, alpha=0.16, n_restarts_optimizer=restarts, random_state=0)


def main(folder):
    rows = []
    for meta in sorted(pathlib.Path(folder).glob("*.meta")):
        kind = meta.read_text().split()[0]
        train, test = (np.loadtxt(meta.with_name(f"{meta.stem}_{part}.csv"), delimiter=",", ndmin=2) for part in ("train", "test"))
        for name, setting, model in classifiers() if kind == "c" else regressors():
            started = time.process_time()
            answers = model.fit(train[:, :-1], train[:, -1]).predict(test[:, :-1])
            seconds = time.process_time() - started
            score = np.mean(answers == test[:, -1]) if kind == "c" else np.sqrt(np.mean((answers - test[:, -1]) ** 2))
            rows.append({"table": meta.stem, "name": name, "setting": setting, "seconds": seconds, "test": float(score)})
    versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "xgboost": xgboost.__version__ if xgboost else "missing"}
    json.dump({"rows": rows, "versions": versions}, sys.stdout)


main(sys.argv[1])
