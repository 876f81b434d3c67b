#!/bin/sh
# Activations that another program recorded, as one file or as a folder; folders as FILE parameters, in pipelines and for one stage.
. "$BF_SOURCE/tests/support/engine.sh"
[ -x /usr/bin/python3 ] || exit 77

/usr/bin/python3 - <<'END' || exit 77
import os
import numpy as np

rng = np.random.default_rng(5)
y = np.arange(60) % 3
layers = {"h2": rng.normal(size=(60, 3, 2)).astype("f4"), "h10": rng.normal(size=60), "h1": rng.normal(size=(60, 2)).astype("f2")}
np.savez("acts.npz", labels=y, **layers)
os.mkdir("acts")
for name, x in {**layers, "y": y.astype("u1")}.items():
    np.save(f"acts/{name}.npy", x)
os.mkdir("wanted")
for i, name in enumerate(["h1", "h2", "h10"]):
    for c in (0, 2):  # every second sample of classes 0 and 2
        rows = np.flatnonzero(y == c)[::2]
        np.save(f"wanted/{i}-{c}.npy", layers[name].reshape(60, -1)[rows].astype("f4"))
END

# The same from the file and the folder, and what NumPy selects; layers by the numbers in their names.
for path in acts.npz acts; do
  rm -rf got
  run 0 stage network.recorded --set path=$path --set class=2,0 --set every=2 --out 'layers=got/{layer}-{class}.npy'
  diff -r got wanted >&2 || fail "$path: other numbers than NumPy's"
done
run 0 stage network.recorded --set path=acts.npz --set order=file --set labels=none --out 'layers=got/{layer}-{class}.csv'
[ "$(echo got/*.csv)" = "got/0-0.csv got/1-0.csv got/2-0.csv" ] || fail "labels=none: class numbers are no layer"

# In a pipeline: equal content is a hit whatever the folder's times and names, another content is none, and a forecast knows.
cat >own.yaml <<'END'
bettiflow: 1
name: own
vars: { path: acts }
stages:
  layers:
    use: network.recorded
    params: { path: $path, class: 0 }
    save: "{layer}-{class}.csv"
END
run 0 run own.yaml --json
counts 4 0 0 0 0
run 0 plan own.yaml
grep -q 'layers.*cached' out || { fail "the forecast does not know the folder"; cat out >&2; }
run 0 run own.yaml --set layers.labels=none
run 0 log last layers
says out "warning: 'y' is left out"
cp -r acts moved
touch -d 2001-01-01 moved/h1.npy
touch moved/.hidden
TZ=Asia/Tokyo run 0 run own.yaml --set vars.path=moved --json
counts 0 4 0 0 0
cp moved/h1.npy moved/h11ü.npy
LC_ALL=C run 0 run own.yaml --set vars.path=moved --json
counts 2 3 0 0 0

# What is no plain file in a folder, and folders where files are read, are refused before the run.
ln -s h1.npy moved/link.npy
run 3 run own.yaml --set vars.path=moved
says err "moved/link.npy: a link"
rm moved/link.npy
mkdir moved/deep empty
run 3 run own.yaml --set vars.path=moved
says err "moved/deep: a folder"
run 3 plan own.yaml --set vars.path=empty
says err "empty: a folder without files"
run 3 stage dataset.file --set path=acts --out points=x.csv
says err "a folder; a file is read here"

# A folder's file that is bad is found by the task; the message names the folder that the user gave.
rmdir moved/deep
echo text >moved/notes.txt
run 1 run own.yaml --set vars.path=moved
says err "/moved: member 'notes.txt' is no NumPy array"
rm moved/notes.txt
run 6 stage network.recorded --set path=acts --set labels=classes --out 'layers={layer}-{class}.csv'
says err "no array 'classes'"
finish
