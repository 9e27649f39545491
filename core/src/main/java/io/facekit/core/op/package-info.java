/** One file per op: attributes, shape rule, import, emission to each format, quantization rule. */
@NullMarked
package io.facekit.core.op;

import org.jspecify.annotations.NullMarked;
