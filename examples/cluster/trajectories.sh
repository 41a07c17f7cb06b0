#!/bin/sh
# The steps of hash tables in parts: plan, build and finish. Change the data set and the options here; what runs the
# steps adds options of its own, as in `./trajectories.sh build --part 3/16 --threads 1`.
step=$1
shift
case $step in
    plan) set -- --resume "$@" ;;
esac
exec groma -q trajectories "$step" crowd --cell-size 10 "$@"
