package io.facekit.cli;

import io.facekit.core.quant.Target;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Target profiles as the command line spells them. */
final class Targets implements ITypeConverter<Target> {
  @Override
  public Target convert(String value) {
    return Arrays.stream(Target.values())
        .filter(target -> target.id().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + value + "' is not one of " + String.join(", ", new TargetNames())));
  }

  /** The plain profile of the format that a file name's extension stands for. */
  static Optional<Target> byExtension(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(Target.values())
        .filter(target -> name.endsWith(target.extension()))
        .findFirst();
  }
}
