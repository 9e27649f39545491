/** Root of the cli module. */
@NullMarked
package io.facekit.cli;

import org.jspecify.annotations.NullMarked;
