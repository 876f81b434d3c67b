bf_test(store_bundle_fuzz SOURCES bundle.c ../unit/store_archives.c ../unit/store_samples.c LIBRARIES bf_store PkgConfig::archive)
target_include_directories(test_store_bundle_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
