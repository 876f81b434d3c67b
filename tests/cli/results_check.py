"""What `bettiflow results` prints of a run, computed again from the run's betti.csv and trials.csv with Python's own statistics. Arguments: the folder with these
files and betti.csv, layers.csv, networks.csv, halving.csv, trials.csv (results_*.csv) and all.json as `results` printed them."""
import csv
import json
import math
import statistics
import sys
from collections import defaultdict
from fractions import Fraction

saved, over = sys.argv[1], "seed"


def rows(file):
    with open(file, newline="") as f:
        return list(csv.DictReader(f))


def number(text):
    return math.nan if text == "" else float(text)


def quartiles(x):
    if len(x) == 1:
        return [x[0]] * 3
    x = sorted(x)
    found = []
    for k in 1, 2, 3:
        at = Fraction(k, 4) * (len(x) - 1)
        low, part = int(at), at - int(at)
        found.append(x[low] if part == 0 or x[low] == x[low + 1] else math.inf if x[low + 1] == math.inf else x[low] + float(part) * (x[low + 1] - x[low]))
    if math.inf not in x:
        assert all(math.isclose(a, b) for a, b in zip(found, statistics.quantiles(x, n=4, method="inclusive")))
    return found


def same(got, wanted, where):
    a, b = number(str(got)) if got is not None else math.nan, float(wanted)
    assert (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12), (where, got, wanted)


betti = rows(f"{saved}/betti.csv")
assert open(f"{saved}/betti.csv", "rb").read() == open("results_betti.csv", "rb").read(), "the Betti numbers are not those of betti.csv"
layer = defaultdict(dict)  # (activation, seed, k, class) -> layer -> dim -> betti
for r in betti:
    layer[r["activation"], r["seed"], r["k"], r["class"]].setdefault(int(r["layer"]), {})[int(r["dim"])] = int(r["betti"])

# by layer
wanted = defaultdict(lambda: defaultdict(list))
for (activation, seed, k, c), layers in layer.items():
    for l, dims in layers.items():
        for d, b in dims.items():
            wanted[activation, k, c, l][f"betti{d}"].append(b)
        wanted[activation, k, c, l]["omega"].append(sum(dims.values()))
got = rows("results_layers.csv")
assert len(got) == len(wanted) > 0
for r in got:
    key = r["activation"], r["k"], r["class"], int(r["layer"])
    assert over not in r and int(r["n"]) == len(wanted[key]["omega"])
    for what, x in wanted[key].items():
        q = quartiles(x)
        for name, value in ("mean", statistics.fmean(x)), ("q1", q[0]), ("median", q[1]), ("q3", q[2]):
            same(r[f"{what}_{name}"], value, (key, what, name))

# networks, and over the repeats
half, late, omega = {}, {}, {}
for key, layers in layer.items():
    w = [sum(layers[l].values()) for l in sorted(layers)]
    half[key] = next((l for l, x in zip(sorted(layers), w) if x < w[0] / 2), math.inf)
    late[key] = (w[-3] - w[-1]) / (w[0] - w[-1]) if w[0] > w[-1] else math.nan
    omega[key] = w[0], w[-1]
got = rows("results_networks.csv")
assert len(got) == len(half)
for r in got:
    key = r["activation"], r["seed"], r["k"], r["class"]
    same(r["half_layer"], half[key], key)
    same(r["late"], late[key], key)
    assert (int(r["omega_first"]), int(r["omega_last"])) == omega[key] and int(r["layers"]) == len(layer[key])
groups = defaultdict(list)
for key in half:
    groups[key[0], key[2], key[3]].append(key)
got = rows("results_halving.csv")
assert len(got) == len(groups)
for r in got:
    keys = groups[r["activation"], r["k"], r["class"]]
    q = quartiles([half[k] for k in keys])
    assert int(r["networks"]) == len(keys) and int(r["halved"]) == sum(half[k] < math.inf for k in keys)
    for name, value in zip(("half_q1", "half_median", "half_q3"), q):
        same(r[name], value, (r, name))
    same(r["omega_first"], statistics.median(omega[k][0] for k in keys), r)
    same(r["omega_last"], statistics.median(omega[k][1] for k in keys), r)
    falls = [late[k] for k in keys if not math.isnan(late[k])]
    same(r["late"], statistics.median(falls) if falls else math.nan, r)

# trainings
trials = defaultdict(list)
for r in rows(f"{saved}/trials.csv"):
    trials[r["activation"]].append(r)
got = rows("results_trials.csv")
assert [r["activation"] for r in got] == list(trials)
for r in got:
    of = trials[r["activation"]]
    trained = [t for t in of if t["outcome"] == "trained"]
    assert int(r["trials"]) == len(of) and int(r["trained"]) == len(trained) and int(r["declined"]) == sum(t["outcome"] == "declined" for t in of), r
    assert int(r["at_once"]) == sum(t["attempts"] == "1" for t in trained) and int(r["attempts"]) == sum(int(t["attempts"]) for t in trained)
    assert r["not_reached"] == r["failed"] == r["not_run"] == "0"
    same(r["median_steps"], statistics.median(int(t["steps"]) for t in trained), r)

# JSON says the same as CSV
with open("all.json") as f:
    everything = json.load(f)
assert everything["repeats"] == ["seed"]
for name in "betti", "trials", "layers", "networks", "halving":
    table = rows(f"results_{name}.csv")
    assert len(everything[name]) == len(table) > 0
    for a, b in zip(everything[name], table):
        assert list(a) == list(b)
        for column in a:
            if a[column] is None:
                assert b[column] == "", column
            elif isinstance(a[column], str):
                assert a[column] == b[column], column
            else:
                same(a[column], number(b[column]), column)
