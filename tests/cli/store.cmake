bf_script(store_verbs store_verbs.sh)
bf_script(store_damage store_damage.sh)
bf_script(store_gc_verb store_gc.sh)
bf_script(store_named store_named.sh)
