/** Choosing between ranges by what they do to the embedding. */
@NullMarked
package io.facekit.quantize.choose;

import org.jspecify.annotations.NullMarked;
