bf_test(fuzz_artifact SOURCES artifact.c ../unit/artifact_samples.c LIBRARIES bf_base)
target_include_directories(test_fuzz_artifact PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
