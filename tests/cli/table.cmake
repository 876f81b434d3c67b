bf_script(table_compare_pipeline table_compare.sh)
bf_script(table_paper table_paper.sh)
bf_script(table_stable_pipeline table_stable.sh)
