#!/bin/sh
# The steps of a city in parts: plan, build and finish. Change the inputs, the store and the options of the plan here;
# what runs the steps adds options of its own, as in `./city.sh build --part 3/16 --threads 1`.
step=$1
shift
case $step in
    plan) set -- footprints.geojson --terrain terrain.tif "$@" ;;
esac
exec groma -q city "$step" --store tiles "$@"
