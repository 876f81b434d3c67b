bf_script(contract_input contract_input.sh)
bf_script(contract_pipeline contract_pipeline.sh)
bf_script(contract_run contract_run.sh)
bf_script(contract_readme contract_readme.sh)
