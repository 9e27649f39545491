/** Scaling channels between layers, so that their activations fit one scale. */
@NullMarked
package io.facekit.quantize.equalize;

import org.jspecify.annotations.NullMarked;
