bf_script(format_verbs format_verbs.sh)
bf_script(format_docs format_docs.sh)
bf_script(format_names format_names.sh)
bf_script(format_sources format_sources.sh)
