#!/bin/sh
# Measures facekit on this machine: time and memory of whole runs, and latency ratios of artifacts.
# docs/bench.md says how to read the result.
#
#   scripts/bench.sh [OTHER.onnx | OTHER.tflite]...   the extra files join the latency table
#
#   RUNS             timed runs of each command; the median is printed (5)
#   ROUNDS           rounds of the latency table (200)
#   FACEKIT_SHARED   folder with faces/lfw-calib and faces/lfw-view1-test, for the runs on photographs
set -eu
export LC_ALL=C.UTF-8
home=$(CDPATH='' cd -P "$(dirname "$0")/.." && pwd)
runs=${RUNS:-5}
rounds=${ROUNDS:-200}
model=$home/models/mobilefacenet.pt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Runs a command silently. Gates may fail (10, 11): that is a result, not an error.
quietly() {
  status=0
  "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
  case $status in
    0 | 10 | 11) ;;
    *)
      cat "$work/stderr" >&2
      echo "bench: exit code $status: $*" >&2
      exit 1
      ;;
  esac
}

now() { date +%s%N; }

# The median of the whole-process times, in seconds, after one run that is not counted.
median_time() {
  quietly "$@"
  : >"$work/times"
  i=0
  while [ "$i" -lt "$runs" ]; do
    start=$(now)
    quietly "$@"
    echo $(($(now) - start)) >>"$work/times"
    i=$((i + 1))
  done
  sort -n "$work/times" | awk '{ t[NR] = $1 } END {
    m = NR % 2 ? t[(NR + 1) / 2] : (t[NR / 2] + t[NR / 2 + 1]) / 2
    printf "%.2f s  (%.2f to %.2f)", m / 1e9, t[1] / 1e9, t[NR] / 1e9 }'
}

# Peak resident memory in MiB, "main" or "main + child": VmHWM, which the kernel keeps, read until
# the process ends. The launcher becomes the JVM, so its process id is the JVM's. The child is the
# JVM that hosts libtorch.
peak_memory() {
  "$@" >"$work/stdout" 2>"$work/stderr" &
  pid=$!
  main=0
  child=0
  while kill -0 "$pid" 2>/dev/null; do
    kib=$(hwm "$pid")
    [ "${kib:-0}" -gt "$main" ] && main=$kib
    for c in $(cat "/proc/$pid/task/"*/children 2>/dev/null || true); do
      kib=$(hwm "$c")
      [ "${kib:-0}" -gt "$child" ] && child=$kib
    done
    sleep 0.02
  done
  status=0
  wait "$pid" || status=$?
  case $status in 0 | 10 | 11) ;; *) echo "failed with exit code $status"; return ;; esac
  printf '%d MiB' $((main / 1024))
  if [ "$child" -gt 0 ]; then printf ' + %d MiB' $((child / 1024)); fi
}

hwm() { awk '/^VmHWM:/ { print $2 }' "/proc/$1/status" 2>/dev/null || true; }

# line NAME COMMAND...
line() {
  name=$1
  shift
  printf '%-52s %-28s %s\n' "$name" "$(median_time "$@")" "$(peak_memory "$@")"
}

run() { "$home/facekit" "$@"; }

# recipe CALIBRATION_SAMPLES EVALUATION_SAMPLES: all INT8, on photographs.
recipe() {
  cat <<JSON
{
  "model": "$model",
  "preprocessing": "faceplugin",
  "calibration": {"images": "$FACEKIT_SHARED/faces/lfw-calib", "samples": $1},
  "evaluation": {"images": "$FACEKIT_SHARED/faces/lfw-view1-test", "samples": $2}
}
JSON
}

run --version >"$work/versions" # Builds when that is needed.
echo "machine   $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), $(nproc) processors, $(awk '/^MemTotal:/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)"
echo "load      $(cut -d' ' -f1-3 /proc/loadavg) (1, 5, 15 minutes; idle is best)"
sed 's/^/          /' "$work/versions"

echo
echo "Whole runs: median of $runs after one that is not counted; peak memory of facekit + libtorch child"
line 'export --no-torch-check' \
  "$home/facekit" export "$model" -o "$work/a.onnx" --force --no-torch-check
line 'export' "$home/facekit" export "$model" -o "$work/b.onnx" --force
line 'quantize --config configs/mixed.json (512 faces)' \
  "$home/facekit" quantize --config "$home/configs/mixed.json" -o "$work/mixed" --force

if [ -d "${FACEKIT_SHARED:-}/faces/lfw-calib" ] && [ -d "$FACEKIT_SHARED/faces/lfw-view1-test" ]; then
  FACEKIT_SHARED=$(CDPATH='' cd -P "$FACEKIT_SHARED" && pwd)
  recipe 512 512 >"$work/512.json"
  line 'quantize, 512 + 512 photographs' \
    "$home/facekit" quantize --config "$work/512.json" -o "$work/512" --force
  for n in 128 1347; do
    recipe $n 128 >"$work/$n.json"
    printf '%-52s %-28s %s\n' "quantize, $n calibration photographs" '' \
      "$(peak_memory "$home/facekit" quantize --config "$work/$n.json" -o "$work/$n" --force)"
  done
else
  echo "(FACEKIT_SHARED names no photographs: their runs are left out)"
fi

echo
echo "Latency: one image, one thread, $rounds rounds interleaved; ratio to the first line, below 1 is faster"
quietly "$home/facekit" export "$model" -o "$work/prelu.onnx" --target onnx --no-torch-check
quietly "$home/facekit" export "$model" -o "$work/lowered.onnx" --target ort-x86 --no-torch-check
quietly "$home/facekit" export "$model" -o "$work/fp32.tflite" --no-torch-check
quietly "$home/facekit" quantize --config "$home/configs/int8.yaml" -o "$work/int8" --no-torch-check
int8=$work/int8
[ -d "$int8/rejected" ] && int8=$int8/rejected
set -- "$@" --
while [ "$1" != -- ]; do
  set -- "$@" "${1##*/}=$1"
  shift
done
shift
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -Xlog:disable -cp "$(cat "$home/cli/target/run/classpath")" "$home/scripts/Latencies.java" "$rounds" \
  "FP32 ONNX with PRelu=$work/prelu.onnx" \
  "FP32 ONNX, PRelu lowered (ort-x86)=$work/lowered.onnx" \
  "INT8 ONNX (ort-x86)=$int8/mobilefacenet-int8.onnx" \
  "FP32 TFLite (XNNPACK)=$work/fp32.tflite" \
  "INT8 TFLite (XNNPACK)=$int8/mobilefacenet-int8.tflite" \
  "$@"
