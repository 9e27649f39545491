package io.facekit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every verb has. */
@Command(
    name = "facekit",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    usageHelpWidth = 100,
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nVerbs:%n",
    exitCodeListHeading = "%nExit codes:%n",
    footerHeading = "%nExamples:%n")
final class FacekitCommand {
  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      order = 100,
      description = "Print one JSON object instead of text, also for errors.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      order = 101,
      description = "Print results, warnings and errors only.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      order = 102,
      description = "Also say how long each stage took.")
  boolean verbose;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      order = 103,
      description = "No colour; as with the environment variable NO_COLOR.")
  boolean noColor;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      order = 104,
      description = "Print the Java stack trace of an error.")
  boolean stacktrace;
}
