#!/usr/bin/env python3
"""Writes calibration-data/manifest.json: hash, size, person, licence and origin of every image.

With --check it compares instead of writing, and exits with 1 when they differ.
"""

import hashlib
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "calibration-data"
MANIFEST = FOLDER / "manifest.json"


def entry(image):
    content = image.read_bytes()
    return {
        "file": image.relative_to(FOLDER).as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sizeBytes": len(content),
        "identity": image.parent.name,
        "licence": "CC0-1.0",
        "origin": "rendered from the core assets of MakeHuman",
    }


def manifest():
    lines = [json.dumps(entry(image)) for image in sorted(FOLDER.glob("*/*.jpg"))]
    return '{"files": [\n' + ",\n".join(lines) + "\n]}\n"


if sys.argv[1:] == ["--check"]:
    sys.exit(MANIFEST.read_text(encoding="utf-8") != manifest())
elif sys.argv[1:]:
    sys.exit("usage: make-calibration-manifest.py [--check]")
else:
    MANIFEST.write_text(manifest(), encoding="utf-8")
