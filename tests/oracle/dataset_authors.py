# dataset_authors.py AUTHORS.csv OURS.csv: the 18 rings of the two have the same numbers of points, and means, deviations and quantiles that chance explains.
import sys
import numpy as np


def rings(path):
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    x, label = rows[:, :3] * [10.4, 8.2, 8.2], rows[:, 3]
    centre = np.array([[0, 0, 0]] + [[a, b, c] for a in (-5, 5) for b in (-5, 5) for c in (-5, 5)]) + [1.1, 0, 0]
    unit = ((x[:, None, :] - centre) ** 2).sum(2).argmin(1)
    return [x[(unit == u) & (label == k)] for u in range(9) for k in (0, 1)]


wrong = 0
for i, (theirs, ours) in enumerate(zip(rings(sys.argv[1]), rings(sys.argv[2]))):
    quantiles = [np.quantile(p, [0.05, 0.25, 0.75, 0.95], axis=0) for p in (theirs, ours)]
    found = [
        abs(len(theirs) - len(ours)),
        np.abs(theirs.mean(0) - ours.mean(0)).max(),
        np.abs(theirs.std(0) / ours.std(0) - 1).max(),
        np.abs(quantiles[0] - quantiles[1]).max(),
    ]
    if found[0] > 0 or found[1] > 0.2 or found[2] > 0.05 or found[3] > 0.3:
        wrong += 1
        print("unit %d, class %d: differences of count, mean, deviation (a ratio), quantiles:" % divmod(i, 2), *found)
sys.exit(wrong > 0)
