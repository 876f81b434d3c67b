# libbf_npz.a reads arrays from .npy files and .npz archives within a budget, for the formats of points, networks and layers.
set(files ${CMAKE_CURRENT_LIST_DIR}/npz)
add_library(bf_npz STATIC ${files}/source.c ${files}/input.c ${files}/npy_header.c ${files}/npy_array.c ${files}/npz.c)
target_include_directories(bf_npz PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_npz PUBLIC bettiflow_plugin PRIVATE PkgConfig::archive PkgConfig::zlib)
