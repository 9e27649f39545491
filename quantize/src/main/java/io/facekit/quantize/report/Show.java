package io.facekit.quantize.report;

import io.facekit.quantize.drift.SqnrDb;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them, the same in every locale. */
final class Show {
  private static final String NONE = "–";
  private static final char MINUS = '−';
  private static final String NBSP = "\u00a0";

  private Show() {}

  /** Five decimals; what is not exactly 1 never reads as 1. */
  static String cosine(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    boolean nearlyOne = value < 1 && value > 0.99999;
    return fixed(value, 5, nearlyOne ? RoundingMode.DOWN : RoundingMode.HALF_UP);
  }

  static String threshold(double value) {
    return fixed(value, 4, RoundingMode.HALF_UP);
  }

  static String shift(double value) {
    return signed(value, 4);
  }

  /** Two decimals of a share in percent; what is not exactly 100 % never reads as 100 %. */
  static String percent(@Nullable Double share) {
    if (share == null) {
      return NONE;
    }
    boolean nearlyAll = share < 1 && share > 0.9999;
    return fixed(100 * share, 2, nearlyAll ? RoundingMode.DOWN : RoundingMode.HALF_UP) + NBSP + "%";
  }

  /** A difference of two shares, in percentage points. */
  static String points(double difference) {
    return signed(100 * difference, 2) + NBSP + "pt";
  }

  /** A small share, for example {@code 1e-4} or {@code 8.7e-5}. */
  static String rate(double value) {
    return measuredRate(value).replace(".0e", "e");
  }

  /** As {@link #rate}, always with two digits. */
  static String measuredRate(double value) {
    if (value == 0) {
      return "0";
    }
    String text = String.format(Locale.ROOT, "%.1e", value);
    int e = text.indexOf('e');
    return text.substring(0, e) + "e" + Integer.parseInt(text.substring(e + 1));
  }

  static String twoDecimals(double value) {
    return fixed(value, 2, RoundingMode.HALF_UP);
  }

  static String bytes(long sizeBytes) {
    if (sizeBytes < 1_000) {
      return sizeBytes + " B";
    }
    return sizeBytes < 1_000_000
        ? fixed(sizeBytes / 1e3, 1, RoundingMode.HALF_UP) + " kB"
        : fixed(sizeBytes / 1e6, 2, RoundingMode.HALF_UP) + " MB";
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String ratio(@Nullable Double value) {
    return value == null ? NONE : twoDecimals(value) + "×";
  }

  static String decibels(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    return value >= SqnrDb.EXACT ? "exact" : minus(fixed(value, 1, RoundingMode.HALF_UP));
  }

  /** Up to four significant digits, as short as possible. */
  static String number(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
    if (rounded.signum() == 0) {
      return "0";
    }
    boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9;
    return minus(plain ? rounded.stripTrailingZeros().toPlainString() : rate(value));
  }

  /** {@code one image}, {@code 3 images}. */
  static String plural(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** Lower case: {@code int8}. */
  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String signed(double value, int decimals) {
    String text = fixed(Math.abs(value), decimals, RoundingMode.HALF_UP);
    if (new BigDecimal(text).signum() == 0) {
      return text;
    }
    return (value < 0 ? MINUS : '+') + text;
  }

  private static String minus(String text) {
    return text.startsWith("-") ? MINUS + text.substring(1) : text;
  }

  private static String fixed(double value, int decimals, RoundingMode mode) {
    return minus(new BigDecimal(value).setScale(decimals, mode).toPlainString());
  }
}
