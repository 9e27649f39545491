/** Root of the quantize module. */
@NullMarked
package io.facekit.quantize;

import org.jspecify.annotations.NullMarked;
