/** The recipe: a configuration file read strictly into one record. */
@NullMarked
package io.facekit.quantize.recipe;

import org.jspecify.annotations.NullMarked;
