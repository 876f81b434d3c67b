bf_script(pipeline_ready pipeline_ready.sh)
