package io.facekit.core.pickle;

/** Names from files, made safe to show. */
public final class Printable {
  private static final int LONGEST = 120;

  private Printable() {}

  /** At most 120 characters; anything but printable ASCII becomes {@code ?}. */
  public static String name(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      out.append(c >= 0x20 && c < 0x7f ? c : '?');
    }
    return text.length() > LONGEST ? out + "..." : out.toString();
  }
}
