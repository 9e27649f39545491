package io.facekit.quantize.job;

import java.nio.file.Path;

/**
 * A file that a job has published.
 *
 * @param sha256 64 lower-case hex digits
 */
public record Artifact(Path file, long sizeBytes, String sha256) {}
