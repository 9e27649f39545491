package io.facekit.quantize.job;

/**
 * One measured number.
 *
 * @param name with its unit, for example {@code cosineMean} or {@code threshold shift at FAR 1e-4}
 * @param value the number for machines, full precision
 * @param text the number for people, rounded, with its unit
 */
public record Figure(String name, double value, String text) {}
