bf_script(complex_stages complex_stages.sh)
