package io.facekit.runtime.face;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Walks a folder for files that are named like images. Links are followed, loops are errors. */
final class FaceScan extends SimpleFileVisitor<Path> {
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp");
  private static final int MAX_DEPTH = 16;

  private final Path root;
  private final int maxFaces;
  private final List<Face> faces = new ArrayList<>();

  private FaceScan(Path root, int maxFaces) {
    this.root = root;
    this.maxFaces = maxFaces;
  }

  static List<Face> scan(Path root, int maxFaces) throws IOException {
    FaceScan scan = new FaceScan(root, maxFaces);
    Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, scan);
    scan.faces.sort(
        Comparator.comparing(
            f -> f.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return scan.faces;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
    return !dir.equals(root) && isHidden(dir)
        ? FileVisitResult.SKIP_SUBTREE
        : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (attributes.isRegularFile() && !isHidden(file) && EXTENSIONS.contains(extension(file))) {
      if (faces.size() >= maxFaces) {
        throw Problem.of(ErrorId.DATA_TOO_MANY, "the folder has more than " + maxFaces + " images")
            .at(root.toString())
            .asException();
      }
      faces.add(face(file));
    }
    return FileVisitResult.CONTINUE;
  }

  private Face face(Path file) {
    Path relative = root.relativize(file);
    List<String> parts = new ArrayList<>();
    relative.forEach(p -> parts.add(p.toString()));
    return new Face(
        file,
        String.join("/", parts),
        parts.size() > 1 ? Optional.of(parts.get(0)) : Optional.empty());
  }

  private static boolean isHidden(Path path) {
    return fileName(path).startsWith(".");
  }

  private static String extension(Path file) {
    String name = fileName(file);
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }
}
