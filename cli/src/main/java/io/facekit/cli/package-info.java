/** The command line: one class per verb, and everything that prints or exits. */
@NullMarked
package io.facekit.cli;

import org.jspecify.annotations.NullMarked;
