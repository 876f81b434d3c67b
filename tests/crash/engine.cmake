bf_script(engine_kill engine_kill.sh TIMEOUT 300)
bf_script(engine_disk engine_disk.sh)
bf_script(engine_parallel_kill engine_parallel_kill.sh TIMEOUT 600)
bf_script(engine_overlap engine_overlap.sh TIMEOUT 300)
