#!/bin/sh
# The meaning of pipelines, by the parallel engine.
export BF_ENGINE=parallel
. "$BF_SOURCE/tests/cli/engine_meaning.sh"
