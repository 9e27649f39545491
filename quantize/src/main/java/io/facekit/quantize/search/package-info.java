/** Which layers need more than INT8: measured at the embedding, and searched. */
@NullMarked
package io.facekit.quantize.search;

import org.jspecify.annotations.NullMarked;
