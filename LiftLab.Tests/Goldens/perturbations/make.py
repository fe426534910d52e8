"""Makes kinds.json: what each perturbation does to a small table, by NumPy alone.

    python3 make.py > kinds.json

Written from the perturbations' descriptions, with numpy.random.RandomState; no code is shared with LiftLab. The order of the draws is
that of the descriptions: rows in the order of the split, features in table order.
"""

import json
import math
import sys

import numpy as np

ROWS = 40
X = [round((i * 37 % 101) / 25, 2) for i in range(ROWS)]
WHOLE = [i * 13 % 50 for i in range(ROWS)]
C = ["rst"[i % 3] for i in range(ROWS)]
D = [i * 7 % 11 + 0.25 for i in range(ROWS)]
Y = ["low" if x < 1.2 else "middle" if x < 2.8 else "top" for x in X]
ORDER = [i * 11 % ROWS for i in range(ROWS)]
TRAIN, VALID, TEST = ORDER[:24], ORDER[24:28], ORDER[28:]
NUMERIC = {"x": X, "whole": WHOLE, "d": D}
# cells show 2 decimals, whole numbers, 2 decimals: changed cells have one more, integers none
DIGITS = {"x": 3, "whole": 0, "d": 3}
SEED = 5


def deviation(values):
    known = [values[r] for r in TRAIN]
    mean = sum(known) / len(known)
    return math.sqrt(sum((v - mean) ** 2 for v in known) / len(known))


def span(values):
    known = sorted(values[r] for r in TRAIN)
    return known[0], known[-1]


def written(name, value):
    return float(np.round(value, DIGITS[name]))


def noise(level, way):
    random = np.random.RandomState(SEED)
    cells = {name: {} for name in NUMERIC}
    for row in TEST:
        for name, values in NUMERIC.items():
            if way == "gaussian":
                draw = random.normal()
            elif way in ("uniform", "rank"):
                draw = random.uniform(-1, 1)
            elif way == "sign":
                draw = -1 if random.random_sample() < 0.5 else 1
            else:
                draw = 1
            if way == "rank":
                known = np.sort([values[r] for r in TRAIN])
                below, equal = np.sum(known < values[row]), np.sum(known == values[row])
                rank = min(1, max(0, (below + equal / 2) / len(known) + draw * level / 2))
                moved = np.interp(rank * (len(known) - 1), np.arange(len(known)), known)
            else:
                moved = values[row] + draw * level * deviation(values)
            cells[name][row] = written(name, moved)
    return {"cells": cells}


def missing(percent):
    names = ["x", "whole", "c", "d"]
    count = len(TEST) * len(names)
    chosen = np.random.RandomState(SEED).choice(count, int(count * (percent / 100)), replace=False)
    return {"empty": sorted([names[k % 4], TEST[k // 4]] for k in chosen.tolist())}


def fewer(percent):
    count = max(10, int(len(TRAIN) * (percent / 100)))
    return {"train": np.random.RandomState(SEED).permutation(TRAIN)[:count].tolist()}


def imbalance(percent):
    counts = {label: sum(Y[r] == label for r in TRAIN) for label in ("low", "middle", "top")}
    label = min(counts, key=lambda k: (counts[k], k))
    rare = [r for r in TRAIN if Y[r] == label]
    share = len(rare) * (percent / 100)
    keep = max(1, int(math.floor(share + 0.5)))
    kept = set(np.random.RandomState(SEED).choice(rare, keep, replace=False).tolist())
    return {"train": [r for r in TRAIN if Y[r] != label or r in kept]}


def copies(level):
    random = np.random.RandomState(SEED)
    added = []
    for row in TRAIN:
        copy = {"c": C[row], "y": Y[row]}
        for name, values in NUMERIC.items():
            copy[name] = written(name, values[row] + level * deviation(values) * random.normal())
        added.append(copy)
    return {"added": added}


def outliers(percent):
    random = np.random.RandomState(SEED)
    count = int(len(TRAIN) * percent / (100 - percent))
    added = [{} for _ in range(count)]
    for row in added:
        for name, values in NUMERIC.items():
            side = -1 if random.random_sample() < 0.5 else 1
            mean = sum(values[r] for r in TRAIN) / len(TRAIN)
            row[name] = written(name, mean + side * random.uniform(5, 10) * deviation(values))
    for row in added:
        row["y"] = ("low", "middle", "top")[random.randint(3)]
    for row in added:
        row["c"] = C[TRAIN[random.randint(len(TRAIN))]]
    return {"added": added}


def signs(level):
    random = np.random.RandomState(SEED)
    added, origins = [], []
    for position, row in enumerate(TEST):
        for _ in range(20):
            moved = {"c": C[row], "y": Y[row]}
            for name, values in NUMERIC.items():
                sign = -1 if random.random_sample() < 0.5 else 1
                low, high = span(values)
                value = values[row]
                if low <= value <= high:
                    value = written(name, min(high, max(low, value + sign * level * deviation(values))))
                moved[name] = value
            added.append(moved)
            origins.append(position)
    return {"added": added, "origins": origins}


def relevance(name):
    """Correlation ratio of the classes' indicators between groups, tenths of the training rows for numbers."""
    if name == "c":
        groups = [C[r] for r in TRAIN]
    else:
        known = sorted(NUMERIC[name][r] for r in TRAIN)
        groups = [int(np.searchsorted(known, NUMERIC[name][r]) * 10 // len(known)) for r in TRAIN]
    between = total = 0.0
    for label in ("low", "middle", "top"):
        y = np.array([float(Y[r] == label) for r in TRAIN])
        total += float(np.sum((y - y.mean()) ** 2))
        for group in set(groups):
            part = y[[g == group for g in groups]]
            between += len(part) * float((part.mean() - y.mean()) ** 2)
    return between / total


def lost(count, way):
    names = sorted(["x", "whole", "c", "d"], key=lambda n: -relevance(n))
    if way == "least relevant":
        names = names[::-1]
    elif way == "random":
        names = [names[k] for k in np.random.RandomState(SEED).permutation(4)]
    return {"empty": sorted([name, row] for name in names[:count] for row in TEST)}


def mixup():
    """Two classes, numbers only: the columns x, whole and d, and y as low or not."""
    random = np.random.RandomState(SEED)
    partner = random.permutation(TRAIN).tolist()
    target = [0 if y == "low" else 1 for y in Y]
    cells = {name: {} for name in NUMERIC}
    labels = {}
    for row, other in zip(TRAIN, partner):
        part = random.randint(0, 11)
        for name, values in NUMERIC.items():
            cells[name][row] = written(name, values[row] * part / 10 + values[other] * (1 - part / 10))
        labels[row] = target[row] * part + target[other] * (10 - part)
    for row in VALID + TEST:
        labels[row] = 10 * target[row]
    return {"cells": cells, "labels": labels}


cases = []
for way in ("gaussian", "uniform", "constant", "sign", "rank"):
    for level in (0.1, 0.5, 1):
        cases.append({"kind": "feature-noise", "level": level, "way": way, **noise(level, way)})
for level in (5, 20, 40):
    cases.append({"kind": "missing-cells", "level": level, **missing(level)})
for level in (50, 20):
    cases.append({"kind": "fewer-rows", "level": level, "way": "random", **fewer(level)})
for level in (50, 25):
    cases.append({"kind": "imbalance", "level": level, **imbalance(level)})
for level in (0.1, 0.5):
    cases.append({"kind": "noisy-copies", "level": level, **copies(level)})
for level in (10, 20):
    cases.append({"kind": "outliers", "level": level, "way": "own range", **outliers(level)})
for level in (0.25, 1):
    cases.append({"kind": "random-signs", "level": level, **signs(level)})
for way in ("most relevant", "least relevant", "random"):
    for level in (1, 3):
        cases.append({"kind": "lost-columns", "level": level, "way": way, **lost(level, way)})
cases.append({"kind": "mixup", "level": 1, **mixup()})

json.dump(
    {"seed": SEED, "x": X, "whole": WHOLE, "c": C, "d": D, "y": Y, "train": TRAIN, "valid": VALID, "test": TEST, "cases": cases},
    sys.stdout,
)
print()
