"""What NumPy and GUDHI make of our files, and files of theirs for us. `make` writes, `check` compares; exit status 77 when they are not installed."""
import json
import re
import sys

try:
    import gudhi
    import numpy as np
except ImportError:
    sys.exit(77)

rng = np.random.default_rng(7)
arrays = {
    "f4": rng.normal(size=(500, 3)).astype("<f4") * np.logspace(-30, 30, 500, dtype="<f4")[:, None],
    "f8": rng.normal(size=(40, 2)),
    "i4": rng.integers(-1000, 1000, size=(17, 5)).astype("<i4"),
    "i8": rng.integers(-1000, 1000, size=(9,)).astype("<i8"),
    "f2": rng.normal(size=(31, 4)).astype("<f2"),
    "u1": rng.integers(0, 255, size=(6, 3, 2)).astype("u1"),
    "fortran": np.asfortranarray(rng.normal(size=(11, 3, 2)).astype(">f8")),
    "b1": rng.integers(0, 2, size=(12, 2)) > 0,
}
classes = rng.integers(0, 9, size=40)
points = rng.normal(size=(40, 3))


def significant(text):
    digits = re.sub(r"[eE].*", "", text).replace("-", "").replace(".", "").strip("0")
    return max(len(digits), 1)


def tree():
    st = gudhi.RipsComplex(points=points, max_edge_length=3).create_simplex_tree(max_dimension=3)
    st.compute_persistence(homology_coeff_field=2, min_persistence=0)
    return st


def make():
    for name, a in arrays.items():
        np.save(f"{name}.npy", a)
    np.savez("theirs.npz", points=arrays["f8"], label=classes)
    np.savez_compressed("packed.npz", **arrays, y=classes.astype(">f4"))
    tree().write_persistence_diagram("rips.pers")


def check():
    for name, a in arrays.items():
        a = a.reshape(len(a), -1).astype("<f4")
        back = np.load(f"{name}.out.npy")
        assert back.dtype == np.dtype("<f4") and back.shape == a.shape and (back == a).all(), name
        csv = np.loadtxt(f"{name}.csv", delimiter=",", skiprows=1, ndmin=2, dtype="<f4")
        assert (csv == a).all(), name + ".csv"
        for row, values in zip(open(f"{name}.csv").read().split("\n")[1:], a):
            for text, x in zip(row.split(","), values):
                assert significant(text) == significant(repr(x)), (text, x)
        with open(f"{name}.json") as f:
            assert (np.array(json.load(f)["points"], dtype="<f4") == a).all(), name + ".json"
    for file in "theirs", "packed":
        with np.load(f"{file}.out.npz") as z:
            assert set(z.files) == {"points", "label", "id"}
            assert (z["points"] == arrays["f8"].astype("<f4")).all() and (z["label"] == classes).all() and (z["id"] == np.arange(40)).all(), file
    st, rows = tree(), np.load("rips.npy")
    ours = gudhi.read_persistence_intervals_grouped_by_dimension(persistence_file="ours.pers")
    for dim in range(3):
        theirs = np.array(sorted(map(tuple, st.persistence_intervals_in_dimension(dim))))
        theirs = theirs[theirs[:, 0] < theirs[:, 1]]
        mine = rows[rows[:, 0] == dim][:, 1:]
        assert mine.shape == theirs.shape and np.allclose(mine, theirs, rtol=1e-5), dim  # GUDHI writes six digits
        assert (np.array(sorted(map(tuple, ours[dim]))) == mine).all(), dim
    graph = np.load("graph.npy")
    assert (graph == np.array([[0, np.inf, 1], [np.inf, 0, 2.5], [1, 2.5, 0]])).all()


{"make": make, "check": check}[sys.argv[1]]()
