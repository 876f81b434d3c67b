bf_script(pipeline_ready pipeline_ready.sh)
bf_script(plugin_docs plugin_docs.sh)
