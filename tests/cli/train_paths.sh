#!/bin/sh
# A training gives the same bytes with every instruction set that this machine has and with 1, 2 and 3 threads, minibatches included.
. "$BF_SOURCE/tests/support/engine.sh"

run 0 stage dataset.disks --out points=p.bf
for f in relu leaky_relu tanh sine; do
  for batch in 0 500; do
    for cpu in best avx2 baseline; do
      export BETTIFLOW_CPU=$cpu # "best" is no such name and changes nothing
      for threads in 1 2 3; do
        [ $threads$cpu = 1best ] || [ $threads$f = 1relu ] || [ $threads$cpu$batch = 3avx20 ] || [ $threads$cpu$batch = 2baseline0 ] || continue # not all of them: time
        run 0 stage train.mlp --in train=p.bf --jobs $threads --set hidden='[15, 7, 11]' --set activation=$f --set accuracy=0 --set steps=6 \
          --set batch=$batch --out model=$f-$batch-$cpu-$threads.bf --out log=log-$f-$batch-$cpu-$threads.bf
        cmp -s $f-$batch-$cpu-$threads.bf $f-$batch-best-1.bf || fail "$f, batch $batch: another network on $cpu with $threads threads"
        cmp -s log-$f-$batch-$cpu-$threads.bf log-$f-$batch-best-1.bf || fail "$f, batch $batch: another log on $cpu with $threads threads"
      done
    done
    cmp -s $f-$batch-best-1.bf relu-$batch-best-1.bf && [ $f != relu ] && fail "$f trains as relu does"
  done
done
true
