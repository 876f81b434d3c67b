bf_script(cli_results results.sh TIMEOUT 300)
