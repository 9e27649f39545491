package io.facekit.runtime.file;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Files that appear under their names complete and verified, or not at all: written beside the
 * target, synced to the disk, verified, renamed, and the folder synced. Whatever fails, no
 * temporary file stays, nor when a signal ends the process, nor a folder that was made for it.
 */
public final class AtomicOutput {
  private AtomicOutput() {}

  /**
   * Writes one file.
   *
   * @param force whether an existing file may be replaced
   * @param verify re-opens the temporary file, which has the target's extension, and throws if it
   *     is not what it should be
   * @throws FacekitException OUTPUT_EXISTS, OUTPUT_LOCKED, OUTPUT_FAILED, or what {@code verify}
   *     throws
   */
  public static void write(Path target, byte[] bytes, boolean force, Consumer<Path> verify) {
    writeAll(List.of(OutputFile.of(target, bytes).verifiedBy(verify)), force, List.of());
  }

  /**
   * Writes several files: all of them are written and verified before the first appears under its
   * name, and they appear in the order of the list.
   *
   * @param inputs files that were read and must not be replaced, whatever path leads to them
   * @throws FacekitException as {@link #write}, and OUTPUT_IS_INPUT
   */
  public static void writeAll(List<OutputFile> files, boolean force, List<Path> inputs) {
    List<Path> targets = files.stream().map(OutputFile::target).toList();
    check(targets, force, inputs);
    Deque<OutputLock> locks = new ArrayDeque<>();
    List<Path> temps = new ArrayList<>();
    NewFolders folders = new NewFolders();
    try {
      for (Path target : targets) {
        makeFolder(folders, target);
        locks.push(lock(target));
      }
      for (OutputFile file : files) {
        temps.add(writeTemp(file));
      }
      for (int i = 0; i < temps.size(); i++) {
        files.get(i).verify().accept(temps.get(i));
      }
      check(targets, force, inputs);
      publish(temps, targets, folders);
    } finally {
      temps.forEach(AtomicOutput::remove);
      locks.forEach(OutputLock::close);
      folders.close();
    }
  }

  /**
   * Says before any work is done whether files could be written; {@link #writeAll} asks the same
   * again.
   *
   * @throws FacekitException OUTPUT_EXISTS, OUTPUT_IS_INPUT, OUTPUT_FAILED: all problems at once
   */
  public static void check(List<Path> targets, boolean force, List<Path> inputs) {
    Problems problems = new Problems();
    targets.stream()
        .map(target -> NewFolders.existing(folder(target)))
        .distinct()
        .forEach(
            folder -> {
              if (!Files.isDirectory(folder)) {
                problems.add(problem(ErrorId.OUTPUT_FAILED, "this is no folder", folder));
              } else if (!Files.isWritable(folder)) {
                problems.add(
                    problem(ErrorId.OUTPUT_FAILED, "the folder cannot be written", folder));
              }
            });
    for (Path target : targets) {
      if (Files.isDirectory(target)) {
        problems.add(problem(ErrorId.OUTPUT_FAILED, "the output is a folder", target));
      } else if (inputs.stream().anyMatch(input -> isSame(target, input))) {
        problems.add(
            problem(ErrorId.OUTPUT_IS_INPUT, "the output would overwrite the input", target));
      } else if (!force && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        problems.add(
            problem(ErrorId.OUTPUT_EXISTS, "the output exists", target)
                .hint("give --force to replace it"));
      }
    }
    problems.throwIfAny();
  }

  private static Problem problem(ErrorId id, String what, Path at) {
    return Problem.of(id, what).at(at.toString());
  }

  private static boolean isSame(Path target, Path input) {
    try {
      return Files.exists(target) && Files.exists(input) && Files.isSameFile(target, input);
    } catch (IOException e) {
      return false;
    }
  }

  private static void makeFolder(NewFolders folders, Path target) {
    try {
      folders.make(folder(target));
    } catch (IOException e) {
      throw failed("the output folder cannot be made", target, e);
    }
  }

  private static OutputLock lock(Path target) {
    try {
      return OutputLock.take(target);
    } catch (IOException e) {
      throw failed("the output cannot be locked", target, e);
    }
  }

  private static Path writeTemp(OutputFile file) {
    Path target = file.target();
    Path temp = target.resolveSibling(tempName(target));
    boolean written = false;
    try {
      Leftovers.whole(
          () -> {
            Leftovers.add(temp);
            return Files.createFile(temp);
          });
      file.content().writeTo(temp);
      try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      written = true;
      return temp;
    } catch (IOException e) {
      throw failed("the output cannot be written", target, e);
    } finally {
      if (!written) {
        remove(temp);
      }
    }
  }

  /** Hidden, unique, and with the target's extension, as verifiers go by it. */
  private static String tempName(Path target) {
    String name = String.valueOf(target.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String extension = dot > 0 ? name.substring(dot) : "";
    return String.format(
        Locale.ROOT,
        ".%s.facekit-%d-%08x.tmp%s",
        stem,
        ProcessHandle.current().pid(),
        ThreadLocalRandom.current().nextInt(),
        extension);
  }

  /** A signal comes before the first rename or after the last. */
  private static void publish(List<Path> temps, List<Path> targets, NewFolders newFolders) {
    Set<Path> folders =
        Leftovers.whole(
            () -> {
              Set<Path> changed = new LinkedHashSet<>();
              for (int i = 0; i < temps.size(); i++) {
                rename(temps.get(i), targets.get(i));
                changed.add(folder(targets.get(i)));
              }
              newFolders.keep();
              return changed;
            });
    folders.forEach(AtomicOutput::syncFolder);
  }

  private static void rename(Path temp, Path target) {
    try {
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("the output cannot be renamed", target, e);
    }
  }

  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some systems cannot sync folders; the files themselves are on the disk.
    }
  }

  private static void remove(Path temp) {
    try {
      Files.deleteIfExists(temp);
      Leftovers.forget(temp);
    } catch (IOException e) {
      // The end of the process tries again.
    }
  }

  private static Path folder(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  private static FacekitException failed(String what, Path target, IOException e) {
    String reason =
        e instanceof AccessDeniedException ? "access denied" : e.getClass().getSimpleName();
    String message = e.getMessage();
    boolean noSpace = message != null && message.contains("No space left");
    return Problem.of(ErrorId.OUTPUT_FAILED, what)
        .at(target.toString())
        .found(noSpace ? "no space left on the device" : reason)
        .asException(e);
  }
}
