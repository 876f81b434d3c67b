bf_plugin(select points SOURCES select.c pick.c)
bf_plugin(subsample points SOURCES subsample.c pick.c)
