bf_script(dataset_layer0 dataset_layer0.sh)
