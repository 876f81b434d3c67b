bf_test(engine_task SOURCES engine_task.c LIBRARIES bf_engine)
bf_test(engine_key SOURCES engine_key.c LIBRARIES bf_engine)
bf_test(engine_hosts SOURCES engine_hosts.c LIBRARIES bf_engine)
bf_test(engine_waves SOURCES engine_waves.c LIBRARIES bf_engine)
