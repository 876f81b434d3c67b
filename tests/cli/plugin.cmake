bf_script(plugin_example plugin_example.sh)
bf_script(plugin_verbs plugin_verbs.sh)
