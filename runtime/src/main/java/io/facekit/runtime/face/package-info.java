/** Images to tensors: the one preprocessing contract. */
@NullMarked
package io.facekit.runtime.face;

import org.jspecify.annotations.NullMarked;
