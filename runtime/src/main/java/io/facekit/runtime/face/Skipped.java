package io.facekit.runtime.face;

/**
 * An image that could not be used.
 *
 * @param name its path inside the set
 * @param reason one line
 */
public record Skipped(String name, String reason) {}
