bf_test(format_betti SOURCES format_betti.c ../support/fake.c LIBRARIES bf_plugin)
bf_test(format_csv SOURCES format_csv.c ../support/fake.c LIBRARIES bf_plugin PkgConfig::archive)
bf_test(format_npy SOURCES format_npy.c ../support/fake.c LIBRARIES bf_plugin)
bf_test(format_tfrecord SOURCES format_tfrecord.c ../support/fake.c LIBRARIES bf_plugin)
