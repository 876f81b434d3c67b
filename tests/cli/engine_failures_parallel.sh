#!/bin/sh
# Stages that crash, hang, lie or fail, by the parallel engine.
export BF_ENGINE=parallel
. "$BF_SOURCE/tests/cli/engine_failures.sh"
