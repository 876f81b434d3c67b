bf_test(pipeline_meaning SOURCES pipeline_meaning.c pipeline_fake.c LIBRARIES bf_pipeline)
