/** Observers of float activations, and the ways to choose a range from what they saw. */
@NullMarked
package io.facekit.quantize.observe;

import org.jspecify.annotations.NullMarked;
