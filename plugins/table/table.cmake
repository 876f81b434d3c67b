bf_plugin(betti table SOURCES betti.c build.c)
bf_plugin(trials table SOURCES trials.c trials_summary.c)
