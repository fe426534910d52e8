"""Writes a CSV file for measuring how tables are read: python3 benchmarks/tables.py ROWS clean|mixed FILE

clean: 12 columns of decimals, 4 of integers, 4 of categories.
mixed: 10 of decimals, 3 of integers, 3 of categories, dates (31.12.2024), prices ("$1,234"), decimals with the mark n.d., free text.
"""

import random
import sys

rows, kind, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
r = random.Random(1)


def decimals(count):
    return [f"{r.random() * 100:.3f}" for _ in range(count)]


def integers(count):
    return [str(r.randrange(1000)) for _ in range(count)]


def clean(_):
    return decimals(12) + integers(4) + [r.choice("abcdef") for _ in range(3)] + [r.choice("ab")]


def mixed(k):
    return (
        decimals(10)
        + integers(3)
        + [r.choice("abcdef"), r.choice(["north", "south"])]
        + [f"{1 + k % 28:02d}.{1 + k % 12:02d}.20{k % 24:02d}", f'"${r.randrange(1, 99)},{r.randrange(1000):03d}"']
        + ["n.d." if k % 9 == 0 else f"{r.random() * 10:.2f}"]
        + [f"item {r.randrange(rows)} seen by {r.choice(['ann', 'bob', 'eve'])} on tour", r.choice("ab")]
    )


with open(path, "w", encoding="utf-8") as file:
    names = [f"x{i}" for i in range(19)] if kind == "clean" else [f"x{i}" for i in range(10)] + "n1 n2 n3 c1 c2 day price lead note".split()
    file.write(",".join(names) + ",class\n")
    for k in range(rows):
        file.write(",".join((clean if kind == "clean" else mixed)(k)) + "\n")
