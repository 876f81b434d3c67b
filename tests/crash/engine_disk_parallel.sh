#!/bin/sh
# Full and read-only disks, by the parallel engine.
export BF_ENGINE=parallel
. "$BF_SOURCE/tests/crash/engine_disk.sh"
