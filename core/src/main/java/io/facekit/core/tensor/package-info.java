/** Element types, shapes with a symbolic batch, and tensor contents as views on mapped files. */
@NullMarked
package io.facekit.core.tensor;

import org.jspecify.annotations.NullMarked;
