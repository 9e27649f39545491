#!/bin/sh
# Runs TFLite files that facekit writes in LiteRT.js, a second interpreter, and compares it with TensorFlow Lite, with
# and without XNNPACK. Needs node 20 and npm. Prints the figures; docs/quantization.md has the bounds.
#
# usage: scripts/litertjs.sh [MAVEN OPTION]...    for example -Dfacekit.shared=DIR for more models
set -eu
cd "$(dirname "$0")/.."
npm ci --prefix cli/src/test/litertjs --no-audit --no-fund --ignore-scripts >/dev/null
rm -f cli/target/litertjs-*.txt
./mvnw -q -B test -Plitertjs -pl cli -am -Dtest=LiteRtJsTest -Dsurefire.failIfNoSpecifiedTests=false "$@"
cat cli/target/litertjs-*.txt
