package io.facekit.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every verb needs that carries out a recipe. */
final class RecipeOptions {
  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = {
        "A PyTorch file, with a graph or with weights of a known architecture, or an ONNX file.",
        "Default: the one that the recipe names."
      })
  private @Nullable Path model;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The recipe, JSON or YAML.")
  private Path config = Path.of("");

  @Option(names = "--force", description = "Replace an existing output.")
  private boolean force;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use; the result is the same. Default: all processors.")
  private @Nullable Integer threads;

  Optional<Path> model() {
    return Usage.optional(model);
  }

  Path config() {
    return config;
  }

  boolean force() {
    return force;
  }

  int threads() {
    return Usage.threads(threads);
  }
}
