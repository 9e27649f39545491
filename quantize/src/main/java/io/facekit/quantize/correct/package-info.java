/** What is done to weights and biases so that rounding them does less harm. */
@NullMarked
package io.facekit.quantize.correct;

import org.jspecify.annotations.NullMarked;
