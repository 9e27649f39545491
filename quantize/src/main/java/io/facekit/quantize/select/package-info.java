/** Selectors: which layers a rule of the recipe means. */
@NullMarked
package io.facekit.quantize.select;

import org.jspecify.annotations.NullMarked;
