"""Profiles a CSV file with pandas and DuckDB, where Python has them: python3 benchmarks/profile.py FILE TARGET

Prints one JSON line for each: seconds of reading, of the first column and of all columns, and the peak memory in MB. Each runs in a
process of its own. Of each column: missing, distinct, quartiles or most frequent values, and a histogram of 20 bins by the target.
"""

import json
import resource
import subprocess
import sys
import time


def measured(name, read, columns, one):
    start = time.perf_counter()
    table = read()
    done = time.perf_counter()
    first = None
    for column in columns(table):
        one(table, column)
        first = first or time.perf_counter() - done
    print(
        json.dumps(
            {
                "name": name,
                "read": done - start,
                "first": first,
                "all": time.perf_counter() - done,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        ),
        flush=True,
    )


def with_pandas(path, target):
    import pandas

    def one(table, column):
        values = table[column]
        values.isna().sum(), values.nunique()
        if pandas.api.types.is_numeric_dtype(values):
            values.describe()
            pandas.crosstab(pandas.cut(values, 20), table[target])
        elif values.nunique() < 1000:
            pandas.crosstab(values, table[target])

    measured("pandas " + pandas.__version__, lambda: pandas.read_csv(path), lambda t: list(t.columns), one)


def with_duckdb(path, target):
    import duckdb

    db = duckdb.connect()

    def read():
        db.execute(f"create table t as select * from read_csv_auto('{path}')")
        return [c[0] for c in db.execute("describe t").fetchall()]

    def one(_, column):
        db.execute(f'summarize select "{column}" from t').fetchall()
        db.execute(f'select "{target}", histogram("{column}") from t group by 1').fetchall()

    measured("DuckDB " + duckdb.__version__, read, lambda names: names, one)


KINDS = {"pandas": with_pandas, "duckdb": with_duckdb}

if len(sys.argv) > 3:
    try:
        KINDS[sys.argv[3]](sys.argv[1], sys.argv[2])
    except ImportError:
        print(json.dumps({"name": sys.argv[3], "read": None}))
else:
    for kind in KINDS:
        subprocess.run([sys.executable, sys.argv[0], sys.argv[1], sys.argv[2], kind], check=True)
