"""The random graphs of `tools/bench collapse`: a kind, a dimension and a size for each of a hundred seeds, and their files."""
import dataclasses
import heapq
import math
import os
import random

import homology_inputs

GRAPHS = 100


@dataclasses.dataclass(frozen=True)
class Kind:
    """One way to draw a graph; `size` is about how many vertices make the reduction of dimension `dim` take some tenths of a second."""

    draw: str
    dim: int
    size: int
    number: float = 0  # what the drawing takes besides: a dimension, a number of values, a degree, …
    share: float = 1  # of all pairs, the shortest ones (of integers, any), that are kept; below 1 the file is sparse


KINDS = [
    # Edges by chance, with uniform weights.
    Kind("uniform", 1, 300), Kind("uniform", 2, 120), Kind("uniform", 3, 80), Kind("uniform", 4, 60),
    Kind("uniform", 1, 270, share=0.3), Kind("uniform", 2, 100, share=0.5), Kind("uniform", 2, 225, share=0.15), Kind("uniform", 3, 110, share=0.4),
    Kind("uniform", 4, 120, share=0.35), Kind("uniform", 2, 280, share=0.12),
    # Points in a cube: all pairs, or those that are near.
    Kind("cube", 1, 1800, 2), Kind("cube", 2, 335, 2), Kind("cube", 3, 127, 2), Kind("cube", 1, 1640, 3), Kind("cube", 2, 400, 3), Kind("cube", 2, 380, 5),
    Kind("cube", 3, 160, 5), Kind("cube", 1, 1800, 10), Kind("cube", 2, 340, 10), Kind("cube", 4, 75, 10),
    Kind("cube", 1, 2000, 2, share=0.15), Kind("cube", 2, 2600, 2, share=0.02), Kind("cube", 2, 2600, 3, share=0.02), Kind("cube", 3, 1000, 3, share=0.04),
    Kind("cube", 4, 790, 3, share=0.04), Kind("cube", 2, 1500, 5, share=0.04), Kind("cube", 3, 460, 10, share=0.1),
    # Few values.
    Kind("integers", 1, 1200, 5), Kind("integers", 2, 190, 3), Kind("integers", 2, 135, 20), Kind("integers", 3, 80, 6), Kind("integers", 2, 225, 3, share=0.15),
    # Hops in a graph of edges by chance, of this mean degree; of near points; in a ring with short cuts.
    Kind("hops", 1, 900, 5), Kind("hops", 2, 180, 6), Kind("hops_near", 2, 330, 6), Kind("hops_near", 1, 1400, 8), Kind("hops_ring", 2, 220, 4),
    Kind("hops_near", 2, 1500, 12, share=0.05),
    # Lengths of paths in a network grown by preferential attachment.
    Kind("preferential", 1, 1400, 3), Kind("preferential", 2, 350, 3), Kind("preferential", 3, 140, 2),
    # Points on surfaces.
    Kind("sphere", 2, 300, 1), Kind("sphere", 2, 220, 2), Kind("sphere", 3, 110, 3), Kind("sphere", 3, 900, 2, share=0.05),
    Kind("torus", 1, 1200), Kind("torus", 2, 1600, share=0.06), Kind("klein", 2, 340), Kind("klein", 3, 700, share=0.06), Kind("blobs", 2, 400, 8),
]


# ---- weights: a function of i and j ----


def apart(points):
    return lambda i, j: math.dist(points[i], points[j])


def uniform(r, n, number):
    return lambda i, j: r.random()


def integers(r, n, number):
    return lambda i, j: 1 + int(number * r.random())


def cube(r, n, number):
    return apart([[r.random() for _ in range(int(number))] for _ in range(n)])


def sphere(r, n, number):
    points = [[r.gauss(0, 1) for _ in range(int(number) + 1)] for _ in range(n)]
    return apart([[x / math.hypot(*p) for x in p] for p in points])


def torus(r, n, number):
    angles = [(2 * math.pi * r.random(), 2 * math.pi * r.random()) for _ in range(n)]
    return apart([((2 + math.cos(a)) * math.cos(b), (2 + math.cos(a)) * math.sin(b), math.sin(a)) for a, b in angles])


def klein(r, n, number):
    angles = [(2 * math.pi * r.random(), 2 * math.pi * r.random()) for _ in range(n)]
    return apart([((2 + math.cos(a)) * math.cos(b), (2 + math.cos(a)) * math.sin(b), math.sin(a) * math.cos(b / 2), math.sin(a) * math.sin(b / 2)) for a, b in angles])


def blobs(r, n, number):
    centres = [[r.random() for _ in range(3)] for _ in range(int(number))]
    return apart([[x + r.gauss(0, 0.03) for x in r.choice(centres)] for _ in range(n)])


def paths(neighbours):
    """Shortest paths, by their lengths; pairs that none joins are left out."""
    rows = []
    for start in range(len(neighbours)):
        length, queue = {}, [(0, start)]
        while queue:
            far, v = heapq.heappop(queue)
            if v in length:
                continue
            length[v] = far
            for w, step in neighbours[v].items():
                if w not in length:
                    heapq.heappush(queue, (far + step, w))
        rows.append(length)
    return lambda i, j: rows[i].get(j, math.inf)


def network(n, edges):
    neighbours = [{} for _ in range(n)]
    for u, v, length in edges:
        neighbours[u][v] = neighbours[v][u] = length
    return paths(neighbours)


def hops(r, n, number):
    return network(n, [(v, r.randrange(v), 1) for v in range(1, n)] + [(*r.sample(range(n), 2), 1) for _ in range(int(n * (number / 2 - 1)))])


def hops_near(r, n, number):
    far = apart([(r.random(), r.random()) for _ in range(n)])
    near = [sorted(range(n), key=lambda j, i=i: far(i, j))[1:] for i in range(n)]
    return network(n, [(i, j, 1) for i in range(n) for j in near[i][: int(number)]])


def hops_ring(r, n, number):
    ring = [(i, (i + k) % n, 1) for i in range(n) for k in range(1, 1 + int(number) // 2)]
    return network(n, ring + [(*r.sample(range(n), 2), 1) for _ in range(n // 10)])


def preferential(r, n, number):
    ends, edges = [0], []
    for v in range(1, n):
        for u in sorted({r.choice(ends) for _ in range(int(number))}):
            edges.append((u, v, r.uniform(0.5, 1.5)))
            ends += [u, v]
    return network(n, edges)


# ---- files ----


def row_of(seed):
    kind = KINDS[(seed - 1) % len(KINDS)]
    sparse = kind.share < 1
    name = f"{seed}-{kind.draw}{kind.number or ''}" + (f"-{kind.share}" if sparse else "")
    return homology_inputs.Row(name, f"random-graph-{seed}." + ("sparse" if sparse else "lower_distance"), kind.dim)


def make(folder, seed):
    """Writes the graph of this seed. The vertices of a second round of kinds are fewer or more by up to a fifth."""
    r = random.Random(seed)
    kind = KINDS[(seed - 1) % len(KINDS)]
    n = kind.size if seed <= len(KINDS) else int(kind.size * r.uniform(0.8, 1.2))
    weight = globals()[kind.draw](r, n, kind.number)
    path = os.path.join(folder, row_of(seed).file)
    if kind.share == 1:
        homology_inputs.write(path, [",".join(f"{weight(i, j):.7g}" for j in range(i)) for i in range(1, n)])
        return
    edges = [(weight(i, j), i, j) for i in range(1, n) for j in range(i)]
    r.shuffle(edges)
    if kind.draw != "integers":
        edges = sorted(edges)
    edges = edges[: int(kind.share * n * (n - 1) / 2)]
    r.shuffle(edges)
    homology_inputs.write(path, [f"{i} {j} {w:.7g}" for w, i, j in edges])
