#!/bin/sh
# Principal components, standardising and scaling agree with NumPy.
/usr/bin/python3 "$BF_SOURCE/tests/oracle/points_numpy.py"
