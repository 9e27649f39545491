/** Tests of the runtime module. */
@NullMarked
package io.facekit.runtime;

import org.jspecify.annotations.NullMarked;
