bf_test(artifact_frame SOURCES artifact_frame.c LIBRARIES bf_base)
bf_test(artifact_random SOURCES artifact_random.c LIBRARIES bf_base)
bf_test(artifact_types SOURCES artifact_types.c artifact_samples.c LIBRARIES bf_base)
bf_test(artifact_hostile SOURCES artifact_hostile.c artifact_samples.c LIBRARIES bf_base)
