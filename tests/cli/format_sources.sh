#!/bin/sh
# Own graphs and filtrations in a pipeline: graph.file and filtration.file, what they refuse, and what points at them.
. "$BF_SOURCE/tests/support/engine.sh"

# A square of sides 1 without diagonals, a filled triangle with a loop beside it.
printf '0 1 1\n1 2 1\n2 3 1\n0 3 1\n' >square.sparse
printf '# filtration(convention=squared_radius)\n0 0\n0 1\n0 2\n1 0 1\n1 1 2\n1 0 2\n4 0 1 2\n' >triangle.filtration
cat >own.yaml <<'END'
bettiflow: 1
name: own
vars: { graph: square.sparse, format: "" }
stages:
  graph: { use: graph.file, params: { path: $graph, format: $format } }
  loops: { use: homology.ripser, in: { graph: graph }, save: square.csv }
  complex: { use: filtration.file, params: { path: triangle.filtration } }
  voids: { use: homology.reduce, in: { filtration: complex }, save: triangle.csv }
END
run 0 run own.yaml --json
counts 6 0 0 0 0
says own-out/square.csv '1,1,inf'
says own-out/triangle.csv '1,1,4'
run 0 show last/complex
says out "squared_radius"
run 0 run own.yaml --json
counts 0 6 0 0 0

# Another name for the same content is a hit, other content is not; a format by name.
cp square.sparse copy.txt
run 0 run own.yaml --set vars.graph=copy.txt --set vars.format=sparse --json
counts 0 6 0 0 0
printf '0 1 1\n1 2 1\n2 3 1\n0 3 2\n' >copy.txt
run 0 run own.yaml --set vars.graph=copy.txt --set vars.format=sparse --json
counts 3 3 0 0 0
says own-out/square.csv '1,2,inf'

# Formats that read other types, contents that are bad, another file than the one that is meant.
run 3 run own.yaml --set vars.graph=copy.txt
says err "format: format.uci does not read a WeightedGraph; name a format that does, or use dataset.file, which reads a PointCloud"
run 3 run own.yaml --set vars.graph=triangle.filtration
says err "use filtration.file, which reads a Filtration"
run 3 run own.yaml --set vars.graph=nothere.sparse
says err nothere.sparse
printf '0 1 one\n' >bad.sparse
run 1 run own.yaml --set vars.graph=bad.sparse
says err ":1:5:"
run 3 run own.yaml --set graph.sha256=12
says err sha256
run 1 run own.yaml --set "graph.sha256=$(printf '%064d' 0)"
says err 0000000000
run 3 stage dataset.file --set path=square.sparse --out points=x.bf
says err "format: format.sparse does not read a PointCloud; name a format that does, or use graph.file, which reads a WeightedGraph"
run 0 stage filtration.file --set path=triangle.filtration --out filtration=again.filtration
cmp -s triangle.filtration again.filtration || fail "through filtration.file"

# A stage that wants another type says where one comes from.
cat >mixed.yaml <<'END'
bettiflow: 1
stages:
  points: { use: dataset.disks }
  loops: { use: homology.ripser, in: { graph: points } }
END
run 3 plan mixed.yaml
says err "(dataset.disks) gives PointCloud; graph.file reads one from a file"
finish
