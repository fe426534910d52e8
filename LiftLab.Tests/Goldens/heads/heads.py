"""Figures of the bundled tables' columns by plain definitions, without LiftLab and without libraries: python3 heads.py > heads.json

Run it in this folder. For each table with its target: missing and distinct cells of each column, and the relation to the target
  rho  Spearman: Pearson's correlation of ranks (equal numbers share the mean of their ranks), two numbers
  eps  square root of Kruskal-Wallis' epsilon squared (H - k + 1) / (n - k), a number and groups
  v    Cramer's V with Bergsma's correction, categories and classes
"""

import csv
import json
import math
from collections import Counter, defaultdict

DATA = "../../../data/"
TABLES = {
    "iris": ("species", "class"),
    "penguins": ("species", "class"),
    "wine": ("cultivar", "class"),
    "sacramento": ("price", "number"),
    "diabetes": ("progression", "number"),
    "crickets": (None, "number"),
}
MISSING = {"", "NA", "?", "NaN"}


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return None


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j < len(order) and values[order[j]] == values[order[i]]:
            j += 1
        for k in range(i, j):
            result[order[k]] = (i + 1 + j) / 2
        i = j
    return result


def pearson(x, y):
    mx, my = math.fsum(x) / len(x), math.fsum(y) / len(y)
    return math.fsum((a - mx) * (b - my) for a, b in zip(x, y)) / math.sqrt(
        math.fsum((a - mx) ** 2 for a in x) * math.fsum((b - my) ** 2 for b in y)
    )


def epsilon(x, groups):
    r, n = ranks(x), len(x)
    by = defaultdict(list)
    for a, g in zip(r, groups):
        by[g].append(a)
    # Kruskal and Wallis' H with the correction for equal numbers
    h = 12 / (n * (n + 1)) * sum(sum(v) ** 2 / len(v) for v in by.values()) - 3 * (n + 1)
    h /= 1 - sum(t**3 - t for t in Counter(x).values()) / (n**3 - n)
    return math.sqrt(min(1, max(0, (h - len(by) + 1) / (n - len(by)))))


def cramer(a, b):
    n, ca, cb, both = len(a), Counter(a), Counter(b), Counter(zip(a, b))
    chi = sum((both[(i, j)] - ca[i] * cb[j] / n) ** 2 / (ca[i] * cb[j] / n) for i in ca for j in cb)
    k, r = len(ca), len(cb)
    phi = max(0, chi / n - (k - 1) * (r - 1) / (n - 1))
    kk, rr = k - (k - 1) ** 2 / (n - 1), r - (r - 1) ** 2 / (n - 1)
    return math.sqrt(min(1, phi / min(kk - 1, rr - 1)))


result = {}
for name, (target, kind) in TABLES.items():
    with open(DATA + name + ".csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(DATA + name + ".json", encoding="utf-8") as file:
        card = json.load(file)
    target = target if target in rows[0] else card["target"]
    figures = {}
    for column in rows[0]:
        cells = ["" if r[column].strip() in MISSING else r[column].strip() for r in rows]
        filled = [c for c in cells if c]
        numeric = all(number(c) is not None for c in filled) and card.get("kinds", {}).get(column) != "category"
        entry = {
            "missing": len(cells) - len(filled),
            "distinct": len({number(c) if numeric else c for c in filled}),
        }
        if numeric:
            values = [number(c) for c in filled]
            entry.update(min=min(values), max=max(values), mean=math.fsum(values) / len(values))
        if column != target:
            pairs = [(c, r[target].strip()) for c, r in zip(cells, rows) if c and r[target].strip() not in MISSING]
            a, b = [p[0] for p in pairs], [p[1] for p in pairs]
            if numeric and kind == "number":
                entry["rho"] = pearson(ranks([number(c) for c in a]), ranks([number(c) for c in b]))
            elif numeric:
                entry["eps"] = epsilon([number(c) for c in a], b)
            elif 2 * entry["distinct"] <= len(filled):
                if kind == "number":
                    entry["eps"] = epsilon([number(c) for c in b], a)
                else:
                    entry["v"] = cramer(a, b)
        figures[column] = entry
    result[name] = {"target": target, "columns": figures}
print(json.dumps(result, indent=1))
