#!/bin/sh
# 400 random pairs of diagrams: distances as of GUDHI and hera.
set -u
"$BF_BUILD/tests/test_diagram_peer" cases || exit 1
/usr/bin/python3 "$BF_SOURCE/tests/oracle/diagram_peer.py" cases
