"""points.pca, points.standardise and points.scale against NumPy in double precision, on clouds of several shapes."""
import os
import subprocess

import numpy as np

rng = np.random.default_rng(7)


def stage(name, points, reference=None, **params):
    np.save("points.npy", points)
    command = [os.environ["BETTIFLOW"], "stage", "points." + name, "--in", "points=points.npy", "--out", "points=out.npy"]
    if reference is not None:
        np.save("reference.npy", reference)
        command += ["--in", "reference=reference.npy"]
    for key, value in params.items():
        command += ["--set", f"{key}={str(value).lower()}"]
    if os.path.exists("out.npy"):
        os.remove("out.npy")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return np.load("out.npy").astype(float)


def near(got, want, what):
    scale = np.abs(want).max() + 1e-30
    worst = np.abs(got - want).max() / scale
    assert got.shape == want.shape and worst < 2e-6, f"{what}: shapes {got.shape} {want.shape}, relative difference {worst}"


def components(points, reference, dim, whiten, centre):
    x, r = points.astype(float), reference.astype(float)
    mean = r.mean(axis=0) if centre else np.zeros(r.shape[1])
    value, vector = np.linalg.eigh((r - mean).T @ (r - mean) / len(r))
    value, vector = value[::-1][:dim], vector[:, ::-1][:, :dim]
    for j in range(dim):
        size = np.abs(vector[:, j])
        if vector[np.argmax(size >= size.max() * (1 - 1e-6)), j] < 0:
            vector[:, j] *= -1
    y = (x - mean) @ vector
    return y / np.sqrt(value) if whiten else y


def cloud(n, dim, offset=0.0):
    spread = 2.0 ** -np.arange(dim) if dim < 12 else 1 + np.arange(dim) / dim  # no two variances near each other, or many
    return (rng.normal(size=(n, dim)) * spread @ np.linalg.qr(rng.normal(size=(dim, dim)))[0] + offset).astype(np.float32)


shapes = [(200, 3, 3, 0), (1000, 8, 5, 0), (500, 6, 2, 1000), (3000, 40, 4, 0), (700, 1, 1, 5), (30, 90, 3, 0), (65, 9, 9, 0)]
for i, (n, dim, keep, offset) in enumerate(shapes):
    points, reference = cloud(17, dim, offset), cloud(n, dim, offset)
    whiten, centre = [(False, True), (True, True), (False, False)][i % 3]
    got = stage("pca", points, reference, dim=keep, whiten=whiten, centre=centre)
    near(got, components(points, reference, keep, whiten, centre), f"pca n {n} dim {dim} keep {keep} whiten {whiten} centre {centre}")
    if i % 3 == 2:
        near(stage("pca", reference, dim=keep), components(reference, reference, keep, False, True), f"pca n {n} dim {dim} of itself")
        near(stage("standardise", points, reference), (points - reference.mean(0, float)) / reference.std(0, dtype=float), "standardise")
        low, high = reference.min(0).astype(float), reference.max(0).astype(float)
        near(stage("scale", points, reference, range="symmetric"), 2 * (points - low) / (high - low) - 1, "scale")
