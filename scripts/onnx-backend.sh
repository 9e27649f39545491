#!/bin/sh
# Runs ONNX's own backend suite through facekit: every case is imported, written again, and run in ONNX Runtime
# against the suite's outputs. Prints how many cases pass, pass through, are refused and fail; none may fail, and
# what has passed once must pass.
#
# usage: scripts/onnx-backend.sh [FOLDER]    the suite; without it, Debian's libonnx-testdata is fetched
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
suite=${1:-}
if [ -z "$suite" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && apt-get download -q libonnx-testdata && dpkg -x libonnx-testdata_*.deb .)
  suite=$work/usr/share/libonnx-testdata/data
fi
suite=$(cd "$suite" && pwd)
cd "$here"
status=0
./mvnw -q -B test -pl core,runtime -am -Dtest=OnnxBackendTest -Dsurefire.failIfNoSpecifiedTests=false \
  "-Dfacekit.onnx-backend=$suite" || status=$?
if [ "${VERBOSE:-}" ]; then
  cat runtime/target/onnx-backend.txt
else
  head -1 runtime/target/onnx-backend.txt
  grep '^fail' runtime/target/onnx-backend.txt || true
fi
exit $status
