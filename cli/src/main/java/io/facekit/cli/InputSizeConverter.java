package io.facekit.cli;

import io.facekit.quantize.job.InputSize;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code HxW} in pixels. */
final class InputSizeConverter implements ITypeConverter<InputSize> {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");

  @Override
  public InputSize convert(String value) {
    Matcher matcher = SIZE.matcher(value);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + value + "' is not HEIGHTxWIDTH, such as 112x112");
    }
    return new InputSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }
}
