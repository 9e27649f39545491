package io.facekit.cli;

import io.facekit.core.error.ErrorId;
import io.facekit.core.error.Problem;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Problems of the command line itself. */
final class Usage {
  private Usage() {}

  /** What Picocli found wrong, with a suggestion when it has one. */
  static Problem problem(ParameterException thrown) {
    CommandLine command = thrown.getCommandLine();
    String help = command.getCommandSpec().qualifiedName() + " --help";
    Problem problem = Problem.of(ErrorId.USAGE, what(thrown));
    if (thrown instanceof UnmatchedArgumentException unmatched) {
      String suggestions = String.join(", ", unmatched.getSuggestions());
      if (!suggestions.isEmpty()) {
        return problem.hint(suggestions + "; or " + help);
      }
    }
    return problem.hint(verbMissing(thrown) ? verbs(command) + "; or " + help : help);
  }

  private static boolean verbMissing(ParameterException thrown) {
    return thrown.getClass() == ParameterException.class
        && !thrown.getCommandLine().getSubcommands().isEmpty();
  }

  private static String verbs(CommandLine command) {
    return String.join(", ", command.getSubcommands().keySet());
  }

  static Problem wrong(String option, String what, String found, String hint) {
    return Problem.of(ErrorId.USAGE, what).at(option).found(found).hint(hint);
  }

  static int threads(@Nullable Integer threads) {
    if (threads == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (threads < 1) {
      throw wrong("--threads", "at least one thread is needed", threads.toString(), "--threads 1")
          .asException();
    }
    return threads;
  }

  static Optional<Path> optional(@Nullable Path path) {
    return Optional.ofNullable(path);
  }

  private static String what(ParameterException thrown) {
    if (thrown instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String first = unmatched.getUnmatched().get(0);
      if (first.startsWith("-")) {
        return "unknown option '" + first + "'";
      }
      boolean verbs = !thrown.getCommandLine().getSubcommands().isEmpty();
      return (verbs ? "unknown verb '" : "one argument too many: '") + first + "'";
    }
    if (verbMissing(thrown)) {
      return "a verb is missing";
    }
    String message = String.valueOf(thrown.getMessage());
    String line = message.lines().findFirst().orElse("").strip();
    String lower =
        line.isEmpty() ? line : Character.toLowerCase(line.charAt(0)) + line.substring(1);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
