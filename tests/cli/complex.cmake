bf_script(complex_stages complex_stages.sh)
bf_script(complex_docs complex_docs.sh)
