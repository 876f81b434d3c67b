# The user's own networks.
bf_plugin(file network SOURCES file.c)
bf_plugin(recorded network SOURCES recorded.c ../points/pick.c ../format/weights/names.c LIBRARIES bf_npz)
target_include_directories(plugin_network_recorded PRIVATE ${CMAKE_SOURCE_DIR}/plugins)
