bf_test(engine_task SOURCES engine_task.c LIBRARIES bf_engine)
add_dependencies(test_engine_task bettiflow-task)
