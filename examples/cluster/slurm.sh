#!/bin/sh
# A build in parts on a cluster of Slurm. Copy this file, with city.sh or trajectories.sh, into a folder that all nodes
# share, and there
#
#   ./slurm.sh ./city.sh 64
#
# queues a job for the plan, an array of 64 jobs for the parts (1,000 at most, unless your cluster says otherwise) and
# one for the end, each held until those before it have succeeded. What was stopped goes on when it is queued again.
set -eu

threads=4      # of the plan and the end; a part has one
memory=1024    # MiB that a step may take; its job gets 256 more, for the program and files not yet on the disk

steps=$1 parts=$2

# Queues this file with a step. A job whose node is lost is queued again, and one that waits for a job that has failed
# is cancelled.
submit() {
    step=$1
    shift
    job=$(sbatch --parsable --job-name="groma-$step" --mem="$((memory + 256))" --requeue --kill-on-invalid-dep=yes \
        "$@" "$0" "$steps" "$parts" "$step")
    echo "${job%%;*}"
}

if [ $# -lt 3 ]; then
    plan=$(submit plan --cpus-per-task="$threads")
    array=$(submit build --cpus-per-task=1 --array="1-$parts" --dependency="afterok:$plan")
    end=$(submit finish --cpus-per-task="$threads" --dependency="afterok:$array")
    echo "plan $plan, parts $array, end $end"
    exit
fi

step=$3
set -- --threads "$SLURM_CPUS_PER_TASK" --memory-limit "${memory}MiB"
[ "$step" != build ] || set -- --part "$SLURM_ARRAY_TASK_ID/$parts" "$@"
code=0
"$steps" "$step" "$@" || code=$?

# 75 says to try again; 137 is a kill, as where memory is short.
if [ "$code" = 75 ] || [ "$code" = 137 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
    # Not by SLURM_JOB_ID alone, which for one job of an array means all of them.
    scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
fi
exit "$code"
