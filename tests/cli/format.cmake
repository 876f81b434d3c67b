bf_script(format_verbs format_verbs.sh)
bf_script(format_docs format_docs.sh)
