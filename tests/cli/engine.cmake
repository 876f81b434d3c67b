bf_script(engine_meaning engine_meaning.sh)
bf_script(engine_cache engine_cache.sh)
bf_script(engine_failures engine_failures.sh)
bf_script(engine_rebuild engine_rebuild.sh)
