/** The report of a run: one record tree, as JSON for machines and as one HTML page for people. */
@NullMarked
package io.facekit.quantize.report;

import org.jspecify.annotations.NullMarked;
