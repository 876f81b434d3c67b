bf_test(figure_profile SOURCES figure_profile.c ../support/fake.c LIBRARIES bf_plugin)
