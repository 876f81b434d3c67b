bf_plugin(csv format SOURCES csv.c csv_read.c csv_fields.c csv_classes.c csv_write.c lines.c text_out.c LIBRARIES bf_npz)
bf_plugin(text format SOURCES text.c betti_layers.c betti_rows.c table_text.c text_out.c real.c ../table/view.c)
bf_plugin(pers format SOURCES pers.c header.c real.c lines.c text_out.c LIBRARIES bf_npz)
bf_plugin(filtration format SOURCES filtration.c filtration_read.c filtration_header.c header.c real.c lines.c text_out.c LIBRARIES bf_npz)
bf_plugin(json format SOURCES json.c json_out.c text_out.c LIBRARIES PkgConfig::jansson)
bf_plugin(npy format SOURCES npy.c array_points.c text_out.c LIBRARIES bf_npz)
bf_plugin(cairo format SOURCES cairo.c LIBRARIES PkgConfig::cairo)

# TensorFlow's record type has a message family of its own.
set(example ${CMAKE_CURRENT_BINARY_DIR}/format)
file(MAKE_DIRECTORY ${example})
add_custom_command(OUTPUT ${example}/example.pb-c.c ${example}/example.pb-c.h
  COMMAND ${PROTOC_C} --proto_path=${CMAKE_CURRENT_LIST_DIR} --c_out=${example} example.proto
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/example.proto)
add_custom_target(tfexample_proto DEPENDS ${example}/example.pb-c.h)
add_dependencies(bf_proto tfexample_proto) # generated together with the other families
bf_plugin(tfrecord format SOURCES tfrecord.c text_out.c)
target_sources(plugin_format_tfrecord PRIVATE ${example}/example.pb-c.c)
target_include_directories(plugin_format_tfrecord SYSTEM PRIVATE ${example})
set_source_files_properties(${example}/example.pb-c.c PROPERTIES COMPILE_OPTIONS -w)
