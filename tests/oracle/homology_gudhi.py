"""Barcodes by GUDHI for batches of small graphs from standard input, to standard output; homology_paths.c says the layout. Exit status 77 when it is not installed."""
import struct
import sys

try:
    import gudhi
    import numpy as np
except ImportError:
    sys.exit(77)


def barcode(n, max_dim, modulus, weights):
    """Rows (dimension, birth, death), dimensions 0 to max_dim, of the flag filtration of the edges of finite weight."""
    if n == 0:
        return np.empty((0, 3), "<f4")
    finite = weights[np.isfinite(weights)]
    tree = gudhi.SimplexTree.create_from_array(weights.astype("f8"), max_filtration=float(finite.max()))
    tree.expansion(max_dim + 1)
    tree.compute_persistence(homology_coeff_field=modulus, min_persistence=0, persistence_dim_max=True)
    rows = [np.empty((0, 3))]
    for dim in range(max_dim + 1):
        pairs = np.reshape(tree.persistence_intervals_in_dimension(dim), (-1, 2))
        rows.append(np.column_stack([np.full(len(pairs), dim), pairs]))
    return np.vstack(rows).astype("<f4")


def main():
    while head := sys.stdin.buffer.read(8):
        count, size = struct.unpack("<II", head)
        batch, at, answer = sys.stdin.buffer.read(size), 0, []
        for _ in range(count):
            n, max_dim, modulus = struct.unpack_from("<III", batch, at)
            weights = np.frombuffer(batch, "<f4", n * n, at + 12).reshape(n, n)
            at += 12 + 4 * n * n
            rows = barcode(n, max_dim, modulus, weights)
            answer.append(struct.pack("<I", len(rows)) + rows.tobytes())
        sys.stdout.buffer.write(b"".join(answer))
        sys.stdout.buffer.flush()


main()
