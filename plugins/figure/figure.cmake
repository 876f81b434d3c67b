bf_plugin(profile figure SOURCES profile.c profile_data.c profile_draw.c draw.c ../table/view.c ../format/real.c)
