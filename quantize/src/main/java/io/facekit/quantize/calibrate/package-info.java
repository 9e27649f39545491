/** Streaming images through the float graph and observing its values. */
@NullMarked
package io.facekit.quantize.calibrate;

import org.jspecify.annotations.NullMarked;
