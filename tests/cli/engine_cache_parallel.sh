#!/bin/sh
# Keys and hits, by the parallel engine.
export BF_ENGINE=parallel
. "$BF_SOURCE/tests/cli/engine_cache.sh"
