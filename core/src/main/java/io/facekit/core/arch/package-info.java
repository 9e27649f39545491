/**
 * Known face architectures: from the names and shapes of weights to the program that PyTorch would
 * have traced. One file per family.
 */
@NullMarked
package io.facekit.core.arch;

import org.jspecify.annotations.NullMarked;
