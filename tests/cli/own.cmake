bf_script(own_recorded own_recorded.sh)
