package io.facekit.core.torch;

import io.facekit.core.error.ErrorId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Entry names: UTF-8, relative, forward slashes, no empty or dotted parts. */
final class ZipName {
  private static final int LONGEST = 1_000;

  private ZipName() {}

  static String read(ByteBuffer file, int offset, int length, ZipPlace place) {
    if (length == 0 || length > LONGEST) {
      throw place.error(ErrorId.ZIP_PATH, offset, "an entry name of " + length + " bytes");
    }
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(file.slice(offset, length)).toString();
    } catch (CharacterCodingException e) {
      throw place.error(ErrorId.ZIP_PATH, offset, "an entry name that is not UTF-8");
    }
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      char c = i < name.length() ? name.charAt(i) : '/';
      if (c == '/') {
        int size = i - start;
        boolean dots =
            (size == 1 && name.charAt(start) == '.') || (size == 2 && name.startsWith("..", start));
        if (size == 0 || dots) {
          throw place.error(
              ErrorId.ZIP_PATH, offset, "an entry name that is absolute, dotted or a folder");
        }
        start = i + 1;
      } else if (c < 0x20 || c == 0x7f || c == '\\' || c == ':') {
        throw place.error(
            ErrorId.ZIP_PATH, offset, "an entry name with a backslash, colon or control character");
      }
    }
    return name;
  }
}
