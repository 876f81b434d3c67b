bf_test(pipeline_meaning SOURCES pipeline_meaning.c pipeline_fake.c LIBRARIES bf_pipeline)
bf_test(pipeline_bad SOURCES pipeline_bad.c pipeline_fake.c LIBRARIES bf_pipeline)
