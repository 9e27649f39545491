/** What can go wrong, how it is said, and which exit code it means. */
@NullMarked
package io.facekit.core.error;

import org.jspecify.annotations.NullMarked;
