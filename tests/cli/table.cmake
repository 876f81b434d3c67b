bf_script(table_paper table_paper.sh)
