#!/bin/sh
# Principal components, standardising and scaling agree with NumPy; and points.pca holds its LAPACK, so that no other one's rounding gets in.
set -eu
if readelf -d "$BF_BUILD/lib/bettiflow/plugins/points/pca.so" | grep -e liblapack -e libblas; then
  echo "points.pca is linked with the system's LAPACK or BLAS, whose bits depend on which one it is" >&2
  exit 1
fi
/usr/bin/python3 "$BF_SOURCE/tests/oracle/points_numpy.py"
