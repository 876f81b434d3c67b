bf_test(artifact_frame SOURCES artifact_frame.c LIBRARIES bf_base)
bf_test(artifact_random SOURCES artifact_random.c LIBRARIES bf_base)
bf_test(artifact_math SOURCES artifact_math.c LIBRARIES bf_base)
bf_test(artifact_types SOURCES artifact_types.c artifact_samples.c LIBRARIES bf_base)
bf_test(artifact_hostile SOURCES artifact_hostile.c artifact_samples.c LIBRARIES bf_base)
bf_test(artifact_show SOURCES artifact_show.c artifact_samples.c ../../core/cli/show_artifact.c ../../core/cli/summary.c ../../core/cli/summary_cloud.c
  LIBRARIES bf_base PkgConfig::jansson)
