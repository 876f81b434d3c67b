bf_plugin(csv format SOURCES csv.c csv_read.c csv_write.c lines.c text_out.c LIBRARIES PkgConfig::archive)
bf_plugin(text format SOURCES textual.c text.c betti_layers.c betti_rows.c pers.c text_out.c ../table/view.c)
bf_plugin(cairo format SOURCES cairo.c LIBRARIES PkgConfig::cairo)
