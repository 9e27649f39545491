package io.facekit.runtime.face;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The images below a folder, in bytewise order of their names.
 *
 * @param root the folder
 * @param faces never empty
 */
public record FaceSet(Path root, List<Face> faces) {
  /** Images that a set may have unless the caller says otherwise. */
  public static final int MAX_FACES = 1_000_000;

  public FaceSet {
    faces = List.copyOf(faces);
    if (faces.isEmpty()) {
      throw Problem.of(ErrorId.DATA_EMPTY, "there are no images")
          .at(root.toString())
          .hint("give a folder of JPEG, PNG or BMP images, one sub-folder for each person")
          .asException();
    }
  }

  /** {@link #scan(Path, int)} with {@link #MAX_FACES}. */
  public static FaceSet scan(Path root) {
    return scan(root, MAX_FACES);
  }

  /**
   * Lists the images of a folder and its sub-folders. Hidden files and folders and files without an
   * image extension are passed over; nothing is decoded.
   *
   * @throws FacekitException FILE_NOT_FOUND if there is no such folder, INPUT_FAILED if it cannot
   *     be listed, DATA_EMPTY without images, DATA_TOO_MANY beyond {@code maxFaces}
   */
  public static FaceSet scan(Path root, int maxFaces) {
    if (!Files.isDirectory(root)) {
      throw Problem.of(ErrorId.FILE_NOT_FOUND, "there is no such folder of images")
          .at(root.toString())
          .asException();
    }
    try {
      return new FaceSet(root, FaceScan.scan(root, maxFaces));
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "the folder of images cannot be listed")
          .at(root.toString())
          .found(e.getClass().getSimpleName())
          .asException(e);
    }
  }

  public int size() {
    return faces.size();
  }

  /** The distinct identities in order of their first face. */
  public List<String> identities() {
    Set<String> seen = new LinkedHashSet<>();
    faces.forEach(f -> f.identity().ifPresent(seen::add));
    return List.copyOf(seen);
  }

  /**
   * The faces of the first {@code n} identities.
   *
   * @throws FacekitException DATA_IDENTITIES if there are fewer
   */
  public FaceSet firstIdentities(int n) {
    return of(atLeast(n).subList(0, n));
  }

  /**
   * The faces of the last {@code n} identities.
   *
   * @throws FacekitException DATA_IDENTITIES if there are fewer
   */
  public FaceSet lastIdentities(int n) {
    List<String> all = atLeast(n);
    return of(all.subList(all.size() - n, all.size()));
  }

  private List<String> atLeast(int n) {
    List<String> all = identities();
    if (all.size() < n) {
      throw Problem.of(ErrorId.DATA_IDENTITIES, "there are " + all.size() + " identities, not " + n)
          .at(root.toString())
          .hint("give a folder with one sub-folder for each person")
          .asException();
    }
    return all;
  }

  private FaceSet of(Collection<String> identities) {
    Set<String> wanted = new HashSet<>(identities);
    return new FaceSet(
        root,
        faces.stream().filter(f -> f.identity().filter(wanted::contains).isPresent()).toList());
  }

  /** The first {@code n} faces. */
  public FaceSet sample(int n) {
    return new FaceSet(root, faces.subList(0, Math.min(n, faces.size())));
  }

  /**
   * SHA-256, in hexadecimal, over every face in order: its name in UTF-8, a zero byte, and the
   * SHA-256 of the file.
   *
   * @throws FacekitException INPUT_FAILED if a file cannot be read
   */
  public String digest() {
    MessageDigest whole = sha256();
    MessageDigest one = sha256();
    byte[] buffer = new byte[1 << 16];
    for (Face face : faces) {
      try (InputStream in = Files.newInputStream(face.file())) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          one.update(buffer, 0, n);
        }
      } catch (IOException e) {
        throw Problem.of(ErrorId.INPUT_FAILED, "an image cannot be read")
            .at(face.name())
            .found(e.getClass().getSimpleName())
            .asException(e);
      }
      whole.update(face.name().getBytes(StandardCharsets.UTF_8));
      whole.update((byte) 0);
      whole.update(one.digest());
    }
    return HexFormat.of().formatHex(whole.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
