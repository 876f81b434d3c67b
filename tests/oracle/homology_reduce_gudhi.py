"""GUDHI's intervals of explicit filtrations: CASES ANSWERS. CASES holds, for each case, cells and modulus (uint32), then for each cell its number of vertices,
the vertices (uint32) and the value (float64). ANSWERS gets, for each case, a count (uint32) and as many (dim, birth, death) as float64."""
import struct
import sys

import gudhi
import numpy as np


def cases(data):
    at = 0
    while at < len(data):
        cells, modulus = struct.unpack_from("<II", data, at)
        at += 8
        tree = gudhi.SimplexTree()
        for _ in range(cells):
            (count,) = struct.unpack_from("<I", data, at)
            vertices = struct.unpack_from(f"<{count}I", data, at + 4)
            (value,) = struct.unpack_from("<d", data, at + 4 + 4 * count)
            at += 12 + 4 * count
            tree.insert(list(vertices), filtration=value)  # faces are there already, with values that are not larger: they stay
        if tree.num_simplices() != cells:
            sys.exit(f"{cells} cells are {tree.num_simplices()} simplices")
        yield tree, modulus


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    with open(sys.argv[2], "wb") as file:
        for tree, modulus in cases(data):
            tree.compute_persistence(homology_coeff_field=modulus, min_persistence=0, persistence_dim_max=True)
            rows = [np.empty((0, 3))]
            for dim in range(tree.dimension() + 1):
                pairs = np.reshape(tree.persistence_intervals_in_dimension(dim), (-1, 2))
                rows.append(np.column_stack([np.full(len(pairs), float(dim)), pairs]))
            table = np.vstack(rows)
            table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
            file.write(struct.pack("<I", len(table)) + table.astype("<f8").tobytes())


main()
