"""Compares witness complexes with GUDHI's: reads cases from the file that complex_gudhi.c writes and says where they differ. Exit status 77 when GUDHI is not installed."""
import collections
import struct
import sys

try:
    import gudhi
    import numpy as np
except ImportError:
    sys.exit(77)


def take(data, at, kind, count):
    return np.frombuffer(data, kind, count, at), at + np.dtype(kind).itemsize * count


def difference(ours, theirs):
    for simplex in ours.keys() | theirs.keys():
        if ours.get(simplex) != theirs.get(simplex):
            return f"simplex {sorted(simplex)}: {ours.get(simplex)!r}, GUDHI's {theirs.get(simplex)!r}"
    return None


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    at, sizes, number = 0, collections.Counter(), 0
    while at < len(data):
        strong, limit, n, landmarks, dim, count = struct.unpack_from("<6I", data, at)
        (alpha,) = struct.unpack_from("<d", data, at + 24)
        points, at = take(data, at + 32, "<f4", n * dim)
        chosen, at = take(data, at, "<f4", landmarks * dim)
        ours = {}
        for _ in range(count):
            (size,) = struct.unpack_from("<I", data, at)
            vertices, at = take(data, at + 4, "<u4", size)
            (value,), at = take(data, at, "<f8", 1)
            ours[frozenset(vertices.tolist())] = float(value)
        make = gudhi.EuclideanStrongWitnessComplex if strong else gudhi.EuclideanWitnessComplex
        complex_ = make(witnesses=points.astype("f8").reshape(n, dim), landmarks=chosen.astype("f8").reshape(landmarks, dim))
        tree = complex_.create_simplex_tree(max_alpha_square=alpha, limit_dimension=limit)
        theirs = {frozenset(simplex): value for simplex, value in tree.get_filtration()}
        found = difference(ours, theirs)
        if found or len(ours) != count:
            sys.exit(f"case {number}, {'strong' if strong else 'weak'}, {n} points of {dim} coordinates, {landmarks} landmarks, alpha_square {alpha!r}, limit_dimension {limit}: {found}")
        sizes[strong] += 1
        number += 1
    print(f"{sizes[0]} weak and {sizes[1]} strong complexes are GUDHI's")


main()
