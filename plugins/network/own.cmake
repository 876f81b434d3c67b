# The user's own networks.
bf_plugin(file network SOURCES file.c)
