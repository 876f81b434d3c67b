"""Compares the distances in a file of test_diagram_peer with GUDHI's bottleneck and hera's Wasserstein distance. Exit status 77 when they are not installed."""
import struct
import sys

try:
    import gudhi
    import numpy as np
    from gudhi.hera import wasserstein_distance
except ImportError:
    sys.exit(77)

DELTA = 1e-5  # the relative error that hera is asked for



def hera(a, b):
    """The 2-Wasserstein distance. hera crashes where one of the diagrams has only intervals that never die, so that answer is worked out here."""
    if np.isinf(a[:, 1]).sum() != np.isinf(b[:, 1]).sum():
        return np.inf
    if np.isfinite(a[:, 1]).any() and np.isfinite(b[:, 1]).any():
        return wasserstein_distance(a, b, order=2, internal_p=float("inf"), delta=DELTA)
    squares = [((x[:, 1] - x[:, 0])[np.isfinite(x[:, 1])] / 2) ** 2 for x in (a, b)]
    births = [np.sort(x[np.isinf(x[:, 1]), 0]) for x in (a, b)]
    return np.sqrt(sum(s.sum() for s in squares) + ((births[0] - births[1]) ** 2).sum())


with open(sys.argv[1], "rb") as file:
    data = file.read()
at, cases, unlike = 0, 0, 0
while at < len(data):
    n, m = struct.unpack_from("<II", data, at)
    points = np.frombuffer(data, "<f8", 2 * (n + m), at + 8).reshape(-1, 2)
    at += 8 + 16 * (n + m)
    bottleneck, wasserstein = struct.unpack_from("<dd", data, at)
    at += 16
    a, b = points[:n], points[n:]
    d = gudhi.bottleneck_distance(a, b, 0)
    w = hera(a, b)
    # hera's distance is that of a matching, so it is not below the least one.
    fits = abs(d - bottleneck) <= 1e-13 * d and wasserstein * (1 - 1e-9) <= w <= wasserstein * (1 + 2 * DELTA) + 1e-12
    if not fits and not d == bottleneck == w == wasserstein == np.inf:
        print(f"case {cases}, {n} and {m} intervals: bottleneck {bottleneck!r}, GUDHI {d!r}; Wasserstein {wasserstein!r}, hera {w!r}")
        unlike += 1
    cases += 1
print(f"{cases} cases, {unlike} unlike")
sys.exit(unlike > 0 or cases < 10)
