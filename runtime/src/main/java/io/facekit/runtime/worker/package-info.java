/**
 * The child process that hosts libtorch, and the frames in which it talks with its parent.
 *
 * <p>libtorch never enters the process of facekit itself: it can crash, writes to the standard
 * error stream as it likes, and runs the program that a model is.
 */
@NullMarked
package io.facekit.runtime.worker;

import org.jspecify.annotations.NullMarked;
