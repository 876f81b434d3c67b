bf_script(verbs_help verbs_help.sh)
