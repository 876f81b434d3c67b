#!/bin/sh
# A network from others' files through the program: network.file, import and export, and what a wrong or missing answer to its questions says.
. "$BF_SOURCE/tests/support/engine.sh"
cp "$BF_SOURCE/tests/unit/onnx/plain.onnx" net.onnx
printf 'x,y,z,class\n0,0,1,1\n0.1,-2.5,0.5,0\n3e-05,0.7,1,1\n' >points.csv

# What ONNX says survives in each format that networks are written in: the same artifact, so the layers are cached.
cat >own.yaml <<'END'
bettiflow: 1
name: own
vars: { model: net.onnx }
stages:
  net:
    use: network.file
    params: { path: $model }
    save: [net.npz, net.safetensors, net.json]
  data: { use: dataset.file, params: { path: points.csv, format: csv(label=last) } }
  layers: { use: network.layers, in: { model: net, points: data } }
END
run 0 run own.yaml --json -o out1
counts 6 0 0 0 0
for extension in npz safetensors; do
  run 0 run own.yaml --json --set vars.model=out1/net.$extension -o out2
  counts 1 5 0 0 0
  for other in npz safetensors json; do
    cmp -s out1/net.$other out2/net.$other || fail "through .$extension: another net.$other"
  done
done
run 0 import -t Network out1/net.npz -o net.bf
run 0 show net.bf
says out Network
run 0 stage network.layers --in model=net.onnx --in points='csv(label=last):points.csv' --out 'layers={layer}-{class}.csv'
[ "$(ls ?-?.csv | wc -l)" = 14 ] || fail "seven layers of two classes"

# A foreign file leaves questions open; parameters of the format answer them.
[ -x /usr/bin/python3 ] && /usr/bin/python3 - <<'END' || finish
import numpy as np
w = np.arange(12.0).reshape(3, 4)
np.savez("keras.npz", **{"dense/kernel": w, "dense/bias": w[0], "dense_1/kernel": w[:2].reshape(4, 2)})
END
run 1 run own.yaml --set vars.model=keras.npz
says err "with transposed=true they would"
run 1 run own.yaml --set vars.model=keras.npz --set 'net.format=npz(transposed=true)'
says err "does not say which activation its 1 hidden layers have"
run 0 run own.yaml --set vars.model=keras.npz --set 'net.format=npz(transposed=true, activation="leaky_relu(slope=0.1)")' -o out3
says out3/net.json '"inputs":3,"outputs":4,"activation":"activation.leaky_relu(slope=0x1.999999999999ap-4)","weight":[[0,4,8],[1,5,9],[2,6,10],[3,7,11]],"bias":[0,1,2,3]'
run 4 run own.yaml --set vars.model=keras.npz --set 'net.format=npz(transposed=true, activation=tnah)'
says err "no plugin offers the activation 'activation.tnah'; did you mean 'tanh'?"
finish
