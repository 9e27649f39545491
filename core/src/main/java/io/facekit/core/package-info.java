/** Root of the core module. */
@NullMarked
package io.facekit.core;

import org.jspecify.annotations.NullMarked;
