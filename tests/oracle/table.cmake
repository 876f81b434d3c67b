bf_test(table_stable_brute SOURCES table_stable.c ../support/fake.c LIBRARIES bf_plugin TIMEOUT 300)
