/** Files written so that a reader sees all of them or none; the per-user cache folder. */
@NullMarked
package io.facekit.runtime.file;

import org.jspecify.annotations.NullMarked;
