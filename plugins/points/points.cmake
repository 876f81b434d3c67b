bf_plugin(select points SOURCES select.c pick.c)
bf_plugin(split points SOURCES split.c pick.c)
bf_plugin(subsample points SOURCES subsample.c max_min.c pick.c)
