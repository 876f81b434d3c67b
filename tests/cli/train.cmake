bf_script(train_ports train_ports.sh)
