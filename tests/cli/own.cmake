bf_script(own_recorded own_recorded.sh)
bf_script(own_network own_network.sh)
