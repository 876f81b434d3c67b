bf_script(plugin_example plugin_example.sh)
