package io.facekit.core;

/** What every artifact says of the tool that made it. */
public final class Facekit {
  public static final String VERSION = "0.1.0";

  private Facekit() {}
}
