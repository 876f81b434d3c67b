bf_plugin(betti table SOURCES betti.c build.c)
