foreach(test meaning axes bad files fuzz)
  bf_test(pipeline_${test} SOURCES pipeline_${test}.c pipeline_fake.c LIBRARIES bf_pipeline)
endforeach()
