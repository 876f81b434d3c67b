bf_script(diagram_diff diagram_diff.sh)
