package io.facekit.runtime.face;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One image of a {@link FaceSet}.
 *
 * @param file where to read it
 * @param name its path inside the set, with {@code /}
 * @param identity the first folder of the name; empty for an image that lies in the set itself
 */
public record Face(Path file, String name, Optional<String> identity) {}
