bf_script(format_verbs format_verbs.sh)
