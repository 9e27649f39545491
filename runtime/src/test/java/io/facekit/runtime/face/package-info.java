/** Tests of {@code io.facekit.runtime.face}. */
@NullMarked
package io.facekit.runtime.face;

import org.jspecify.annotations.NullMarked;
