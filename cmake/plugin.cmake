# bf_plugin(NAME folder SOURCES a.c … [LIBRARIES …]): a plugin lib/bettiflow/plugins/<folder>/<NAME>.so, linked with libbettiflow_plugin.a only
# (and LIBRARIES), built in place and installed to the same place under the prefix.
function(bf_plugin name folder)
  cmake_parse_arguments(P "" "" "SOURCES;LIBRARIES" ${ARGN})
  list(TRANSFORM P_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
  set(target plugin_${folder}_${name})
  if(BF_FUZZ)
    add_library(${target} STATIC ${P_SOURCES})
    target_link_libraries(${target} PUBLIC bettiflow_plugin ${P_LIBRARIES})
    return()
  endif()
  add_library(${target} MODULE ${P_SOURCES})
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${BF_PLUGIN_DIR}/${folder})
  target_link_libraries(${target} PRIVATE bettiflow_plugin ${P_LIBRARIES})
  target_link_options(${target} PRIVATE -Wl,-z,defs -Wl,--exclude-libs,ALL)
  set_property(GLOBAL APPEND PROPERTY BF_PLUGINS ${target})
  install(TARGETS ${target} LIBRARY DESTINATION ${BF_PLUGIN_DIR}/${folder})
endfunction()
