/** Which node gets which precision and why; and from ranges to integers. */
@NullMarked
package io.facekit.quantize.plan;

import org.jspecify.annotations.NullMarked;
