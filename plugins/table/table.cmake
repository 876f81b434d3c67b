bf_plugin(betti table SOURCES betti.c either.c build.c)
bf_plugin(compare table SOURCES compare.c compare_table.c compare_lacks.c build.c labels.c view.c ../format/real.c)
bf_plugin(stable table SOURCES stable.c either.c stable_betti.c stable_rows.c stretch.c build.c labels.c view.c ../format/real.c)
bf_plugin(trials table SOURCES trials.c trials_summary.c labels.c)
