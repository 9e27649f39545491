#!/bin/sh
# What each method of INT8 is worth: quantizes with all of them, and with one after the other turned off, and
# prints mean and first percentile of the cosine to FP32 of the first quantized artifact.
#
#   scripts/ablation.sh RECIPE.json...     with "calibration": { on one line, and evaluation images
set -eu
export LC_ALL=C.UTF-8
home=$(CDPATH='' cd -P "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

measure() { # RECIPE SETTING
  copy=$(dirname "$1")/.ablation-$$.json
  sed "s/\"calibration\": {/\"calibration\": {$2/" "$1" >"$copy"
  status=0
  "$home/facekit" quantize --config "$copy" -o "$work/out" --force --no-torch-check >"$work/log" 2>&1 || status=$?
  rm -f "$copy"
  # A failed gate is a result; anything else is not.
  case $status in 0 | 10 | 11) ;; *) cat "$work/log" >&2; exit $status ;; esac
  mean=$(sed -n 's/.*: mean cosine to FP32 *//p' "$work/log" | head -1)
  p1=$(sed -n 's/.*: p1 of the cosine *//p' "$work/log" | head -1)
  printf ' %s / %s |' "$mean" "$p1"
}

printf '| Turned off |'
for recipe in "$@"; do printf ' %s |' "$(basename "$recipe" .json)"; done
printf '\n|---|'
for recipe in "$@"; do printf -- '---|'; done
printf '\n'
for method in nothing equalization sharedScales adaptiveRounding biasCorrection; do
  printf '| %s |' "$method"
  for recipe in "$@"; do
    case $method in
      nothing) measure "$recipe" '' ;;
      *) measure "$recipe" "\"$method\": false, " ;;
    esac
  done
  printf '\n'
done
