/** Tests of {@code io.facekit.runtime.file}. */
@NullMarked
package io.facekit.runtime.file;

import org.jspecify.annotations.NullMarked;
