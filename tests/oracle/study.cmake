bf_script(study study.sh TIMEOUT 600)
bf_script(study_authors study_authors.sh TIMEOUT 600)
bf_script(study_rings study_rings.sh TIMEOUT 900)
