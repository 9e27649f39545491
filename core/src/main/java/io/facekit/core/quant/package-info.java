/** Vocabulary of quantization: precisions, parameters, rules, target profiles. */
@NullMarked
package io.facekit.core.quant;

import org.jspecify.annotations.NullMarked;
