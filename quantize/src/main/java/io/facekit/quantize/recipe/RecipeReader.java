package io.facekit.quantize.recipe;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.FacekitException;
import io.facekit.core.error.Problem;
import io.facekit.core.error.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads a recipe and reports everything that is wrong with it at once, each with file, line, column
 * and JSON pointer. A name that ends in {@code .yaml} or {@code .yml} is YAML, and so is any other
 * text that does not begin with a brace; the rest is JSON.
 */
public final class RecipeReader {
  /** Larger files are refused. */
  public static final int MAX_BYTES = 1 << 20;

  private RecipeReader() {}

  /**
   * Reads a file; relative paths in it are relative to its folder.
   *
   * @throws FacekitException with {@code FILE_NOT_FOUND}, {@code INPUT_FAILED}, {@code
   *     RECIPE_SYNTAX}, {@code RECIPE_KEY} or {@code RECIPE_VALUE}
   */
  public static Recipe read(Path file) {
    return parse(file, load(file, nameOf(file)));
  }

  /** Reads a recipe from memory as if it stood in {@code file}. */
  public static Recipe parse(Path file, byte[] utf8) {
    String name = nameOf(file);
    Problems problems = new Problems();
    String text = decode(name, utf8);
    Document document =
        isYaml(name, text)
            ? YamlDocument.read(name, text, problems)
            : JsonDocument.read(name, text, problems);
    if (!RecipeSchema.check(document, problems)) {
      problems.throwIfAny();
    }
    return new RecipeBinder(document, file, problems).bind();
  }

  private static String nameOf(Path file) {
    Path name = file.getFileName();
    return name == null ? "recipe" : name.toString();
  }

  private static byte[] load(Path file, String shown) {
    if (!Files.isRegularFile(file)) {
      throw Problem.of(ErrorId.FILE_NOT_FOUND, "there is no such recipe").at(shown).asException();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw Problem.of(ErrorId.INPUT_FAILED, "the recipe cannot be read").at(shown).asException(e);
    }
  }

  private static String decode(String name, byte[] utf8) {
    if (utf8.length > MAX_BYTES) {
      throw Problem.of(ErrorId.RECIPE_SYNTAX, "a recipe has at most " + MAX_BYTES + " bytes")
          .at(name)
          .asException();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw Problem.of(ErrorId.RECIPE_SYNTAX, "a recipe is UTF-8 text, and this is not")
          .at(name)
          .asException(e);
    }
  }

  private static boolean isYaml(String name, String text) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".yaml") || lower.endsWith(".yml")) {
      return true;
    }
    return !lower.endsWith(".json") && !text.stripLeading().startsWith("{");
  }
}
