/** How far a candidate has moved from its reference, and whether that is allowed. */
@NullMarked
package io.facekit.quantize.drift;

import org.jspecify.annotations.NullMarked;
