package io.facekit.quantize.select;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Words that people use for parts of a face network whatever its modules are called. */
public enum CommonName {
  /** The first layer with weights. */
  STEM("first:1", "stem", "first", "input", "first_conv"),
  /**
   * The layers that read the pixels: the first convolution and the one after it, before the first
   * bottleneck. (The whole network of a face model extracts features; taking the word literally
   * would leave nothing to quantize.)
   */
  FEATURE_EXTRACTOR("first:2", "feature_extractor", "feature_extraction", "features"),
  /** Convolutions in which each group has one input channel. */
  DEPTHWISE("type:Conv group=C", "depthwise_conv", "depthwise", "dw_conv", "conv_dw"),
  /** The layer that makes the embedding. */
  LAST("last:1", "last", "output", "embedding", "fc", "linear"),
  /** The global depthwise convolution and the layer after it, which makes the embedding. */
  HEAD("last:2", "head", "output_layer");

  private final Selector meaning;
  private final List<String> words;

  CommonName(String meaning, String... words) {
    this.meaning = Selector.parse(meaning);
    this.words = List.of(words);
  }

  public Selector meaning() {
    return meaning;
  }

  public List<String> words() {
    return words;
  }

  /** The meaning of a word, upper or lower case, with {@code _} or {@code -}. */
  public static Optional<CommonName> of(String word) {
    String folded = word.toLowerCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(values()).filter(name -> name.words.contains(folded)).findFirst();
  }

  /** All words, for suggestions. */
  public static List<String> allWords() {
    return Arrays.stream(values()).flatMap(name -> name.words.stream()).toList();
  }
}
