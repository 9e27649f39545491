/** Random small networks, run in every runtime. */
@NullMarked
package io.facekit.runtime.nets;

import org.jspecify.annotations.NullMarked;
