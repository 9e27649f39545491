package io.facekit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0 B",
    "999, 999, 999 B",
    "1000, 1.00 k, 1.00 kB",
    "9994, 9.99 k, 9.99 kB",
    "9996, 10.0 k, 10.0 kB",
    "99960, 100 k, 100 kB",
    "999499, 999 k, 999 kB",
    "999600, 1.00 M, 1.00 MB",
    "221161984, 221 M, 221 MB",
    "9223372036854775807, 9.22 E, 9.22 EB"
  })
  void threeDigitsAndAPrefix(long value, String count, String bytes) {
    assertThat(Units.count(value)).isEqualTo(count);
    assertThat(Units.bytes(value)).isEqualTo(bytes);
  }
}
