#!/bin/sh
# Exports every model file of a folder and prints the table of docs/model-files.md.
#
#   scripts/model-files.sh FOLDER     NAME.io.json files describe the models in it
set -eu
export LC_ALL=C.UTF-8
home=$(CDPATH='' cd -P "$(dirname "$0")/.." && pwd)
[ $# -eq 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
"$home/facekit" --version >/dev/null # Builds when that is needed.
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -Xlog:disable -cp "$(cat "$home/cli/target/run/classpath")" "$home/scripts/ModelFiles.java" \
  "$home/facekit" "$1" "$work"
