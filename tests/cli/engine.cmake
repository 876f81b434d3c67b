bf_script(engine_meaning engine_meaning.sh)
