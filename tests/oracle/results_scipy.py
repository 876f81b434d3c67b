"""The rank test and quantiles of results_scipy.c's samples by SciPy and NumPy; exit status 77 when they are not installed."""
import json
import math
import sys

try:
    import numpy as np
    from scipy.stats import mannwhitneyu
except ImportError:
    print("skipped: Debian's packages python3-scipy and python3-numpy are not installed")
    sys.exit(77)

seen = {}
for line in open(sys.argv[1]):
    s = json.loads(line)
    x, y = (np.array([float(v) for v in s[side]]) for side in "xy")
    values = np.concatenate([x, y])
    tied = len(np.unique(values)) < len(values)
    assert s["exact"] == (not tied and max(len(x), len(y)) <= 50), s
    if len(np.unique(values)) == 1:
        assert s["p"] == 1  # SciPy divides by zero here
        continue
    # ranks only: SciPy need not know infinity
    order = np.searchsorted(np.unique(values), values).astype(float)
    theirs = mannwhitneyu(order[: len(x)], order[len(x) :], alternative="two-sided", method="exact" if s["exact"] else "asymptotic", use_continuity=True)
    assert s["u"] == theirs.statistic and math.isclose(s["p"], theirs.pvalue, rel_tol=1e-9), (s, theirs)
    q = [float(v) for v in s["q"]]
    if np.isfinite(x).all():
        assert np.allclose(q, list(np.quantile(x, [0.25, 0.5, 0.75])) + [x.mean()], rtol=1e-13, atol=0), s
    seen[s["exact"], tied, bool(np.isinf(values).any())] = seen.get((s["exact"], tied, bool(np.isinf(values).any())), 0) + 1
assert min(seen.get(k, 0) for k in [(1, False, False), (0, True, False), (0, True, True), (0, False, False)]) > 3, seen
