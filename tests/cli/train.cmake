bf_script(train_ports train_ports.sh)
bf_script(train_paths train_paths.sh)
