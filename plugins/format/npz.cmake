# libbf_npz.a reads arrays from .npy files and .npz archives within a budget, for the formats of points, networks and layers.
set(files ${CMAKE_CURRENT_LIST_DIR}/npz)
add_library(bf_npz STATIC ${files}/source.c ${files}/input.c ${files}/npy_header.c ${files}/npy_array.c ${files}/npz.c ${files}/directory.c ${files}/npz_write.c)
target_include_directories(bf_npz PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_npz PUBLIC bettiflow_plugin PRIVATE PkgConfig::archive PkgConfig::zlib)

bf_plugin(npz format SOURCES npz.c npz_network.c array_points.c LIBRARIES bf_npz bf_weights)
bf_plugin(idx format SOURCES idx.c array_points.c LIBRARIES bf_npz)
