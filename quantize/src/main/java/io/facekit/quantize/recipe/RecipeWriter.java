package io.facekit.quantize.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.facekit.quantize.recipe.Recipe.ImageSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes a recipe as a file that {@link RecipeReader} reads back to the same meaning. */
public final class RecipeWriter {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private RecipeWriter() {}

  /**
   * The JSON text, with a line end at its end.
   *
   * @param file that the text is meant for; paths in it are relative to its folder
   * @param model to be named in the recipe
   */
  public static String write(Recipe recipe, Path file, Path model) {
    Map<String, Object> tree = CanonicalJson.tree(recipe);
    tree.put("model", relative(file, model));
    addImages(tree, "calibration", recipe.calibration(), file);
    recipe.evaluation().ifPresent(set -> addImages(tree, "evaluation", set, file));
    recipe.output().ifPresent(folder -> tree.put("output", relative(file, folder)));
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    try {
      return MAPPER.writer(printer).writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of text and numbers cannot fail to be written", e);
    }
  }

  private static void addImages(Map<String, Object> tree, String key, ImageSet set, Path file) {
    Map<String, Object> images = new TreeMap<>();
    if (tree.get(key) instanceof Map<?, ?> known) {
      known.forEach((name, value) -> images.put(String.valueOf(name), value));
    }
    images.put("images", relative(file, set.images()));
    tree.put(key, images);
  }

  private static String relative(Path file, Path to) {
    Path from = file.toAbsolutePath().normalize();
    Path folder = from.getParent() == null ? from : from.getParent();
    Path path = folder.relativize(to.toAbsolutePath().normalize());
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
